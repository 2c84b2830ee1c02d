/** What reaches a call and what it decides. Times are milliseconds of the call's monotonic clock. */
import type { EndReason } from '@frontdesk/contracts/events/call';
import type { WireErrorCode } from '@frontdesk/contracts/wire-error';
import type { CallContext } from './caller-context.ts';
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
  | 'settle';

export type CallInput =
  | { kind: 'reserved' }
  /** Part of what is known about caller and business; several come, in any order. */
  | { kind: 'context'; context: Partial<CallContext>; complete: boolean }
  | { kind: 'stream_started' }
  | { kind: 'mark'; name: string }
  | { kind: 'dtmf'; digit: string }
  /** Twilio says that the call is over. */
  | { kind: 'stream_stopped' }
  /** The socket closed and Twilio did not say why. */
  | { kind: 'stream_lost' }
  | { kind: 'engine'; event: EngineEvent }
  | { kind: 'tool_result'; toolCallId: string; result: ToolResult }
  | { kind: 'timer'; timer: TimerName }
  /** This bridge may not go on with the call. */
  | { kind: 'evicted'; reason: EndReason };

export type ToolResult = { ok: true; reply: ToolReply } | { ok: false; code: WireErrorCode; message: string };

export type DegradedReason = 'model_lost' | 'model_refused' | 'tool_unavailable' | 'goodbye_unheard';

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
    }
  | { kind: 'set_timer'; timer: TimerName; ms: number }
  | { kind: 'cancel_timer'; timer: TimerName }
  /** The caller is on the line. */
  | { kind: 'started'; atMs: number; callerId?: string }
  | { kind: 'entry'; entry: TranscriptEntry }
  | { kind: 'degraded'; reason: DegradedReason; atMs: number }
  | { kind: 'measured'; measure: Measure }
  | { kind: 'close_stream'; reason: EndReason }
  /** The last decision: nothing follows. */
  | { kind: 'ended'; ending: CallEnding };

export type Measure =
  | { what: 'first_audio'; ms: number }
  | { what: 'turn_response'; ms: number }
  | { what: 'barge_in' }
  | { what: 'late_audio' };

export interface CallEnding {
  reason: EndReason;
  startedAtMs: number;
  endedAtMs: number;
  entries: number;
  callerId?: string;
  usage: TokenUsage;
}
