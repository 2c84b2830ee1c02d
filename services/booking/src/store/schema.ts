/** The tables of this service as Kysely sees them. What they mean is in the migrations. */
import type { ResourceKind } from '@frontdesk/contracts/booking/put-resource';
import type { ColumnType, Generated, GeneratedAlways } from 'kysely';

export interface BookingSchema {
  rules: RulesTable;
  services: ServicesTable;
  resources: ResourcesTable;
  resource_services: ResourceServicesTable;
  working_hours: WorkingHoursTable;
  appointments: AppointmentsTable;
  allocations: AllocationsTable;
  code_attempts: CodeAttemptsTable;
  calendar_links: CalendarLinksTable;
  calendar_link_reads: CalendarLinkReadsTable;
}

interface RulesTable {
  business_id: string;
  time_zone: string;
  min_notice_minutes: number;
  horizon_days: number;
  granularity_minutes: number;
  /** JSON text in, parsed JSON out: `[{ date, name? }]`. */
  closed_dates: ColumnType<unknown, string, string>;
  max_per_day: number | null;
  assignment: 'least_busy' | 'round_robin';
  change_notice_minutes: number;
  late_changes: 'allowed' | 'refused';
  late_change_note: string | null;
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
  skills: string[];
  also_needs: ResourceKind[];
  place: 'on_site' | 'online';
  /** Its name is free again, its appointments stay. */
  retired_at: Temporal.Instant | null;
}

interface ResourcesTable {
  business_id: string;
  id: Generated<string>;
  position: GeneratedAlways<number>;
  name: string;
  kind: ResourceKind;
  skills: string[];
  languages: string[];
  /** JSON text in, parsed JSON out: `[{ from, until?, hours, reason? }]`. */
  exceptions: ColumnType<unknown, string, string>;
  max_per_day: number | null;
  retired_at: Temporal.Instant | null;
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
  /** Whom the customer meets. Everything it takes up, this one included, is in `allocations`. */
  resource_id: string;
  service_id: string;
  starts_at: Temporal.Instant;
  ends_at: Temporal.Instant;
  /** Read by the previous release only. */
  during: string;
  status: AppointmentStatus;
  /** Null while it is only held. */
  customer_name: string | null;
  customer_phone: string | null;
  note: string | null;
  /** Null while it is only held. */
  confirmation_code: string | null;
  call_sid: string | null;
  created_at: Generated<Temporal.Instant>;
  /** Counts its events: the sequence of the last one. */
  version: Generated<number>;
  /** Of a hold. */
  expires_at: Temporal.Instant | null;
  moved_at: Temporal.Instant | null;
  cancelled_at: Temporal.Instant | null;
  cancelled_by: 'caller' | 'business' | 'expiry' | null;
  cancel_reason: string | null;
}

interface AllocationsTable {
  business_id: string;
  appointment_id: string;
  resource_id: string;
  /** The appointment's. */
  starts_at: Temporal.Instant;
  /** Buffers included. Written as a range literal, never read as one: see the index on `starts_at`. */
  during: string;
  /** Null unless it belongs to a hold. */
  expires_at: Temporal.Instant | null;
  active: boolean;
  /** Start, and how long before and after it, in ms: "1764788400000,0,3600000". */
  taken: GeneratedAlways<string>;
}

interface CodeAttemptsTable {
  business_id: string;
  /** A caller or the whole business, never a number in plain. */
  subject: string;
  wrong: number;
  /** The first of those counted. */
  since: Temporal.Instant;
  /** The one that reached the limit. */
  locked_at: Generated<Temporal.Instant | null>;
  /** Hashes of the requests counted, as far as they can come again. */
  marks: Generated<string[]>;
}

interface CalendarLinksTable {
  business_id: string;
  id: Generated<string>;
  /** SHA-256 in hex: the token itself is kept nowhere. */
  token_hash: string;
  /** Either this or a resource. */
  appointment_id: string | null;
  resource_id: string | null;
  created_at: Temporal.Instant;
  revoked_at: Temporal.Instant | null;
}

interface CalendarLinkReadsTable {
  business_id: string;
  link_id: string;
  last_read_at: Temporal.Instant;
}
