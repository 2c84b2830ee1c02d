/** Each decision of a call's session, carried out. */
import type { Logger } from '@frontdesk/observability';
import type { CallDecision } from '../domain/call-decision.ts';
import type { BridgeMetrics } from '../events.ts';
import type { CallJournal } from '../outbound/call-record/call-journal.ts';
import type { CallMeasures } from './call-measures.ts';
import type { CallTimers } from './call-timers.ts';
import type { CallVoice } from './call-voice.ts';
import type { CallerLine } from './caller-line.ts';
import type { Leaving } from './leaving.ts';
import type { LiveState } from './live-state.ts';
import type { StreamAgain } from './stream-again.ts';
import type { RunTool } from './tool-runner.ts';

export interface Hands {
  callSid: string;
  log: Logger;
  metrics: BridgeMetrics;
  state: LiveState;
  line: CallerLine;
  voice: CallVoice;
  timers: CallTimers;
  journal: CallJournal;
  measures: CallMeasures;
  leaving: Leaving;
  streamAgain: StreamAgain;
  runTool(tool: RunTool): Promise<void>;
  /** What begins here belongs to the call in every log and trace, whatever it was decided in. */
  inCall<T>(work: () => T): T;
}

export function carryOut(hands: Hands, decision: CallDecision): void {
  const { callSid, log, state, line, voice, timers, journal, measures, leaving, inCall } = hands;
  switch (decision.kind) {
    case 'play':
      line.current()?.play(decision.base64);
      return;
    case 'mark':
      line.current()?.mark(decision.name);
      return;
    case 'clear':
      line.current()?.clear();
      measures.cleared();
      return;
    case 'engine':
      voice.send(decision.command);
      return;
    case 'open_engine':
      voice.open();
      return;
    case 'close_engine':
      voice.close();
      return;
    case 'drop_held_audio':
      voice.dropHeld();
      return;
    case 'detached':
      log.warn({ event: 'call.detached', call_sid: callSid }, 'the stream is gone');
      return;
    case 'redirect':
      inCall(() => void hands.streamAgain.redirect());
      return;
    case 'offered':
      inCall(() => journal.offered(decision.known));
      return;
    case 'handed_over':
      inCall(() => void leaving.handOver(decision.unnoticed));
      return;
    case 'run_tool':
      inCall(() => void hands.runTool(decision));
      return;
    case 'set_timer':
      timers.set(decision.timer, decision.ms);
      return;
    case 'cancel_timer':
      timers.cancel(decision.timer);
      return;
    case 'started': {
      const { atMs, callerId } = decision;
      state.known = { ...state.known, startedAtMs: atMs, ...(callerId ? { callerId } : {}) };
      inCall(() => journal.started(atMs, callerId));
      return;
    }
    case 'entry': {
      const { entry, usage } = decision;
      state.known = { ...state.known, entries: entry.seq + 1, usage };
      inCall(() => journal.entry(entry, usage));
      return;
    }
    case 'degraded':
      log.warn({ event: 'call.degraded', call_sid: callSid, reason: decision.reason }, 'call degraded');
      hands.metrics.degraded.inc({ reason: decision.reason });
      inCall(() => journal.degraded(decision.reason, decision.atMs));
      return;
    case 'measured':
      measures.take(decision.measure);
      return;
    case 'close_stream':
      inCall(() => leaving.closeStream(decision.reason, decision.next));
      return;
    case 'ended':
      inCall(() => leaving.ended(decision.ending));
      return;
    default:
      decision satisfies never;
  }
}
