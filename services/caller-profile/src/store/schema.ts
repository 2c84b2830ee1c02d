/** Row types of the schema `caller_profile`. */
import type { FollowUpTask } from '@frontdesk/contracts/caller-profile/follow-up-task';
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

/** What the team has to follow up; one for each event that asks for it. */
export interface FollowUpTasksTable {
  business_id: string;
  task_id: string;
  source_event_id: string;
  kind: FollowUpTask['kind'];
  call_sid: string;
  from_number: string | null;
  to_number: string;
  callback_number: string | null;
  name: string | null;
  body: string | null;
  recording_sid: string | null;
  urgency: FollowUpTask['urgency'];
  reason: FollowUpTask['reason'];
  due_at: Instant;
  state: Generated<FollowUpTask['state']>;
  created_at: Instant;
  done_at: ColumnType<Temporal.Instant | null, never, Temporal.Instant>;
}

export interface CallerProfileSchema {
  callers: CallersTable;
  past_calls: PastCallsTable;
  consumed_events: ConsumedEventsTable;
  follow_up_tasks: FollowUpTasksTable;
}
