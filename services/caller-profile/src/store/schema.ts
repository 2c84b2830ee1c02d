/** Row types of the schema `caller_profile`. */
import type { ColumnType, Generated } from 'kysely';
import type { NameSource } from '../domain/naming.ts';

/** Read as an instant, written as one or as its ISO text. */
type Instant = ColumnType<Temporal.Instant, Temporal.Instant | string, Temporal.Instant | string>;

/** One person, known by the number they call from. */
export interface CallersTable {
  business_id: string;
  caller_id: string;
  phone: string;
  name: string | null;
  name_source: NameSource | null;
  /** Counts the events reported about this caller. */
  version: Generated<number>;
  created_at: Instant;
  updated_at: Instant;
}

/** What was said and agreed in one call. */
export interface PastCallsTable {
  business_id: string;
  call_sid: string;
  caller_id: string;
  at: Instant;
  summary: string;
  /** What the caller said they prefer, in that call. */
  preferences: Generated<string[]>;
}

/** Events already taken in: a repeat finds its id here. */
export interface ConsumedEventsTable {
  business_id: string;
  event_id: string;
  consumed_at: Instant;
}

export interface CallerProfileSchema {
  callers: CallersTable;
  past_calls: PastCallsTable;
  consumed_events: ConsumedEventsTable;
}
