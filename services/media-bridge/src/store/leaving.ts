/**
 * How a live call leaves this bridge: its line is put down and it ends; it is handed over; it is found to be another
 * bridge's; or a bug ends it. Its work stops in each case, and what is owed to Twilio and to the record is done.
 */
import type { EndReason } from '@frontdesk/contracts/events/call';
import type { NextStep } from '@frontdesk/contracts/kv/calls';
import type { Context } from '../context.ts';
import type { CallEnding } from '../domain/call-decision.ts';
import type { CallJournal } from '../outbound/call-record/call-journal.ts';
import type { CallLoop } from './call-loop.ts';
import type { CallTimers } from './call-timers.ts';
import type { CallVoice } from './call-voice.ts';
import type { CallerLine } from './caller-line.ts';
import type { LiveState } from './live-state.ts';

/** A call handed over waits this long for its last entries to be written. */
const LAST_WRITES_MS = 3_000;

export interface Leaving {
  /** The line is put down; the conversation is being written down. */
  closeStream(reason: EndReason, then?: NextStep): void;
  ended(ending: CallEnding): void;
  /** @param unnoticed the caller waits for an answer, which the next bridge gives */
  handOver(unnoticed: boolean): Promise<void>;
  /** The call is another bridge's: nothing more is said or written about it here. */
  abandon(): void;
  /** A bug ends the call it happened in, and no other. */
  fail(error: unknown): void;
  /** Resolves when the conversation is over here. */
  readonly over: Promise<void>;
}

export interface LeavingOptions {
  context: Context;
  callSid: string;
  state: LiveState;
  line: CallerLine;
  loop: CallLoop;
  voice: CallVoice;
  timers: CallTimers;
  journal: CallJournal;
}

export function createLeaving({
  context,
  callSid,
  state,
  line,
  loop,
  voice,
  timers,
  journal,
}: LeavingOptions): Leaving {
  const { clock, metrics, log } = context;
  const { promise: over, resolve: resolveOver } = Promise.withResolvers<void>();

  function stopWork(): void {
    timers.cancelAll();
    voice.dropHeld();
    voice.close();
  }

  function finish(): void {
    stopWork();
    resolveOver();
  }

  return {
    over,
    closeStream(reason, then = { kind: 'hangup' }) {
      state.next = then;
      journal.closing(then, reason);
      log.info({ event: 'call.closing', call_sid: callSid, reason }, 'call closing');
      line.close();
      metrics.ended.inc({ reason });
    },
    ended(ending) {
      journal.ended(ending);
      finish();
    },
    async handOver(unnoticed) {
      state.handedOver = true;
      if (unnoticed) journal.leftUnnoticed();
      stopWork();
      // The record is complete before Twilio can ask for the next owner.
      const { promise: late, resolve } = Promise.withResolvers<void>();
      using _ = clock.after(LAST_WRITES_MS, resolve);
      await Promise.race([journal.idle(), late]);
      log.info({ event: 'call.handed_over', call_sid: callSid }, 'call handed over');
      line.close();
      resolveOver();
    },
    abandon() {
      if (loop.stopped()) return;
      log.warn({ event: 'call.abandoned', call_sid: callSid }, 'the call goes on in another bridge');
      loop.stop();
      state.next = undefined;
      line.close();
      finish();
    },
    fail(error) {
      log.error({ call_sid: callSid, err: error }, 'a call failed');
      loop.stop();
      const next: NextStep = { kind: 'apology' };
      state.next = next;
      line.close();
      metrics.ended.inc({ reason: 'failed' });
      journal.closing(next, 'failed');
      journal.failed({ ...state.known, reason: 'failed', endedAtMs: clock.monotonicMs() });
      finish();
    },
  };
}
