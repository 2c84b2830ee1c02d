/** Row types of the schema `transcript`. */
import type { CallSummary, EndReason, ToolOutcome } from '@frontdesk/contracts/events/call';
import type { ColumnType, Generated, GeneratedAlways } from 'kysely';

/** Read as an instant, written as one or as its ISO text. */
type Instant = ColumnType<Temporal.Instant, Temporal.Instant | string, Temporal.Instant | string>;
type NullableInstant = ColumnType<
  Temporal.Instant | null,
  Temporal.Instant | string | null | undefined,
  Temporal.Instant | string | null
>;
type Json<T> = ColumnType<T | null, string | null | undefined, string | null>;

/** One call. Events arrive in any order, so a row may begin as a shell that knows little more than the CallSid. */
export interface CallsTable {
  business_id: string;
  call_sid: string;
  direction: 'inbound' | 'outbound' | null;
  from_number: string | null;
  /** Null while only turns have arrived: such a call is not listed yet. */
  to_number: string | null;
  started_at: Instant;
  /** `started_at` is what the bridge said, not a guess from another event. */
  started_known: Generated<boolean>;
  answered: Generated<boolean>;
  caller_id: string | null;
  ended_at: NullableInstant;
  end_reason: EndReason | null;
  /** How many turns and tool calls the conversation had. */
  entries: number | null;
  ended_heard_at: NullableInstant;
  /** BCP 47 tag of the language last spoken. */
  language: string | null;
  usage: Json<Record<string, number>>;
  leg_ended_at: NullableInstant;
  leg_status: string | null;
  leg_duration_seconds: number | null;
  completed_heard_at: NullableInstant;
  rejected_reason: string | null;
  status: GeneratedAlways<'in_progress' | 'completed' | 'rejected'>;
  duration_seconds: GeneratedAlways<number | null>;
  summary: Json<CallSummary>;
  summary_model: string | null;
  summarised_at: NullableInstant;
  summary_due_at: NullableInstant;
  /** A lease while an attempt runs, the backoff after one that failed. */
  summary_not_before: NullableInstant;
  /** Counts leases; the number of the running one fences its result. */
  summary_attempts: Generated<number>;
  summary_unusable_answers: Generated<number>;
  /** Why the last attempt failed: a code, never content. */
  summary_failure: string | null;
  summary_given_up_at: NullableInstant;
  /** The live record is gone for sure; null while that is not known. */
  record_checked_at: NullableInstant;
  /** A lease while somebody looks. */
  record_not_before: NullableInstant;
}

export interface TurnsTable {
  business_id: string;
  call_sid: string;
  seq: number;
  role: 'caller' | 'receptionist';
  text: string;
  started_at: Instant;
  ended_at: Instant;
  interrupted: boolean;
}

export interface ToolCallsTable {
  business_id: string;
  call_sid: string;
  seq: number;
  tool_call_id: string;
  name: string;
  arguments: string;
  outcome: ToolOutcome;
  output: string;
  started_at: Instant;
  duration_ms: number;
}

/** For statistics only; booking owns the appointment. */
export interface AppointmentsTable {
  business_id: string;
  appointment_id: string;
  call_sid: string | null;
  booked_at: Instant;
}

export interface TranscriptSchema {
  calls: CallsTable;
  turns: TurnsTable;
  tool_calls: ToolCallsTable;
  appointments: AppointmentsTable;
}
