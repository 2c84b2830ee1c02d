/** What reaches a call and what it decides. Times are milliseconds of the call's monotonic clock. */
import type { degradedReason, EndReason } from '@frontdesk/contracts/events/call';
import type { NextStep } from '@frontdesk/contracts/kv/calls';
import type { WireErrorCode } from '@frontdesk/contracts/wire-error';
import type { z } from 'zod';
import type { CallContext } from './caller-context.ts';
import type { Known } from './handles.ts';
import type { ToolReply, ToolRequest } from './tools/tool.ts';
import type { TranscriptEntry } from './transcript.ts';
import type { EngineCommand, EngineEvent, TokenUsage } from './voice-engine.ts';

export type TimerName =
  | 'never_connected'
  | 'engine_ready'
  | 'context'
  | 'playback'
  | 'transcription'
  | 'keypad'
  | 'goodbye'
  | 'max_length'
  | 'settle'
  | 'length_warning'
  | 'interruption'
  | 'pause'
  | 'clock'
  | 'engine_retry'
  | 'engine_stalled'
  | 'engine_limit'
  | 'ask_again'
  | 'nudge'
  | 'detached'
  | 'hand_over';

export type CallInput =
  | { kind: 'reserved' }
  /** Part of what is known about caller and business; several come, in any order. */
  | { kind: 'context'; context: Partial<CallContext>; complete: boolean }
  | { kind: 'stream_started' }
  | { kind: 'mark'; name: string }
  | { kind: 'dtmf'; digit: string }
  /** Twilio says that the call is over. */
  | { kind: 'stream_stopped' }
  /** The socket closed and Twilio did not say why: it may come back with another one. */
  | { kind: 'stream_lost' }
  | { kind: 'engine'; event: EngineEvent }
  | { kind: 'tool_result'; toolCallId: string; result: ToolResult }
  | { kind: 'timer'; timer: TimerName }
  /** This bridge may not go on with the call. */
  | { kind: 'evicted'; reason: EndReason }
  /** This bridge is stopping: another one is to go on with the call, from the next moment at which nothing is lost. */
  | { kind: 'hand_over' };

export type ToolResult = { ok: true; reply: ToolReply } | { ok: false; code: WireErrorCode; message: string };

export type DegradedReason = z.infer<typeof degradedReason>;

export type CallDecision =
  | { kind: 'play'; base64: string }
  | { kind: 'mark'; name: string }
  | { kind: 'clear' }
  | { kind: 'engine'; command: EngineCommand }
  | {
      kind: 'run_tool';
      toolCallId: string;
      name: string;
      arguments: string;
      sideEffecting: boolean;
      request: ToolRequest;
      /** As the intent in the record says, when that is where it comes from. */
      idempotencyKey?: string;
    }
  | { kind: 'set_timer'; timer: TimerName; ms: number }
  | { kind: 'cancel_timer'; timer: TimerName }
  /** The caller is on the line. */
  | { kind: 'started'; atMs: number; callerId?: string }
  /** `usage` is what the call has used by now, in all. */
  | { kind: 'entry'; entry: TranscriptEntry; usage: TokenUsage }
  | { kind: 'degraded'; reason: DegradedReason; atMs: number }
  | { kind: 'measured'; measure: Measure }
  /** `next` is what Twilio does then; hanging up when absent. */
  | { kind: 'close_stream'; reason: EndReason; next?: NextStep }
  /** The engine is of no use any more. */
  | { kind: 'close_engine' }
  /** Another engine in place of the one there was. */
  | { kind: 'open_engine' }
  /** What the caller said while nobody listened is not worth hearing any more. */
  | { kind: 'drop_held_audio' }
  /** The stream is gone; another one may take its place. */
  | { kind: 'detached' }
  /** Twilio should be told to ask what comes next: it may not have noticed that its stream is gone. */
  | { kind: 'redirect' }
  /** The model was told of these by its instructions. What a tool tells it is in the tool's entry. */
  | { kind: 'offered'; known: Known }
  /** The last decision, like `ended`: the call goes on elsewhere. `unnoticed` while the caller waits for an answer. */
  | { kind: 'handed_over'; unnoticed: boolean }
  /** The last decision: nothing follows. */
  | { kind: 'ended'; ending: CallEnding };

export type Measure =
  | { what: 'first_audio'; ms: number }
  | { what: 'turn_response'; ms: number }
  | { what: 'barge_in' }
  /** What stopped the receptionist was no speech; she went on. */
  | { what: 'false_interruption' }
  /** The model asked for a tool there is not, or with arguments that do not fit. */
  | { what: 'invalid_tool_call' }
  /** More keys at once than anybody presses on purpose. */
  | { what: 'dropped_key' }
  | { what: 'late_audio' };

export interface CallEnding {
  reason: EndReason;
  startedAtMs: number;
  endedAtMs: number;
  entries: number;
  callerId?: string;
  /** The language last spoken. */
  language: string;
  usage: TokenUsage;
}
