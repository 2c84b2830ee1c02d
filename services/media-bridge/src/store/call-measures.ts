/** What is counted and timed in a call. */
import type { Clock } from '@frontdesk/lifecycle';
import type { Measure } from '../domain/call-decision.ts';
import type { BridgeMetrics } from '../events.ts';

export interface CallMeasures {
  take(measure: Measure): void;
  /** The line was told to be silent. */
  cleared(): void;
  /** Handles the news that the caller speaks, and times how long the receptionist went on when that stopped her. */
  timeBargeIn(handle: () => void): void;
}

export function createCallMeasures(metrics: BridgeMetrics, clock: Clock): CallMeasures {
  let bargeIns = 0;
  let clearedAtMs = 0;

  return {
    take(measure) {
      if (measure.what === 'first_audio') metrics.firstAudio.observe(measure.ms / 1_000);
      if (measure.what === 'turn_response') metrics.turnResponse.observe(measure.ms / 1_000);
      if (measure.what === 'late_audio') metrics.lateAudio.inc();
      if (measure.what === 'false_interruption') metrics.falseInterruptions.inc();
      if (measure.what === 'invalid_tool_call') metrics.invalidToolCalls.inc();
      if (measure.what === 'dropped_key') metrics.ignoredMedia.inc({ kind: 'dtmf_flood' });
      if (measure.what === 'barge_in') {
        bargeIns += 1;
        metrics.bargeIns.inc();
      }
    },
    cleared() {
      clearedAtMs = clock.monotonicMs();
    },
    timeBargeIn(handle) {
      const beganMs = clock.monotonicMs();
      const before = bargeIns;
      handle();
      if (bargeIns > before) metrics.bargeInStop.observe((clearedAtMs - beganMs) / 1_000);
    },
  };
}
