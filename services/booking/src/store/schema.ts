/** The tables of this service as Kysely sees them. What they mean is in the migrations. */
import type { ColumnType, Generated, GeneratedAlways } from 'kysely';

export interface BookingSchema {
  rules: RulesTable;
  services: ServicesTable;
  resources: ResourcesTable;
  resource_services: ResourceServicesTable;
  working_hours: WorkingHoursTable;
  appointments: AppointmentsTable;
}

interface RulesTable {
  business_id: string;
  time_zone: string;
  min_notice_minutes: number;
  horizon_days: number;
  granularity_minutes: number;
  /** JSON text in, parsed JSON out: `[{ date, name? }]`. */
  closed_dates: ColumnType<unknown, string, string>;
}

interface ServicesTable {
  business_id: string;
  id: Generated<string>;
  position: GeneratedAlways<number>;
  name: string;
  description: string;
  duration_minutes: number;
  buffer_before_minutes: number;
  buffer_after_minutes: number;
  price_text: string | null;
}

interface ResourcesTable {
  business_id: string;
  id: Generated<string>;
  position: GeneratedAlways<number>;
  name: string;
}

interface ResourceServicesTable {
  business_id: string;
  resource_id: string;
  service_id: string;
}

interface WorkingHoursTable {
  business_id: string;
  resource_id: string;
  weekday: number;
  from_time: string;
  to_time: string;
}

export type AppointmentStatus = 'held' | 'confirmed' | 'cancelled' | 'no_show';

/** The statuses that keep others out: the predicate of every partial index and of the exclusion constraint. */
export const ACTIVE_STATUSES = ['held', 'confirmed'] as const satisfies readonly AppointmentStatus[];

interface AppointmentsTable {
  business_id: string;
  id: Generated<string>;
  resource_id: string;
  service_id: string;
  starts_at: Temporal.Instant;
  ends_at: Temporal.Instant;
  /** Written as a range literal, never read: see the index on `starts_at`. */
  during: string;
  status: AppointmentStatus;
  customer_name: string;
  customer_phone: string | null;
  note: string | null;
  confirmation_code: string;
  call_sid: string | null;
  created_at: Generated<Temporal.Instant>;
}
