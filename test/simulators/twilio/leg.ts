/** One answered call leg as a verb sees it. */
import type { CallContext } from './call-context.ts';
import type { DocumentSource } from './documents.ts';
import type { Line } from './line.ts';
import type { CallReport } from './report.ts';
import type { CallFaults } from './script.ts';
import type { TwilioError } from './twiml-error.ts';

export type FinalStatus = 'completed' | 'busy' | 'no-answer' | 'failed' | 'canceled';

/** What the call does next, decided by a verb, by REST or by the person hanging up. */
export type Directive = { kind: 'document'; source: DocumentSource } | { kind: 'end'; status: FinalStatus };

export interface Leg {
  readonly callSid: string;
  readonly context: CallContext;
  readonly line: Line;
  readonly faults: CallFaults;
  readonly streamSetupMs: number;
  /** Aborted when the call is to do something else; a verb then stops at once. */
  readonly signal: AbortSignal;
  /** The caller hung up or the call was ended, rather than redirected. */
  readonly isEnding: () => boolean;
  readonly sinceMs: () => number;
  readonly form: () => Record<string, string>;
  readonly log: Pick<
    CallReport,
    'streams' | 'recordings' | 'dials' | 'marksReturned' | 'clears' | 'mediaFramesIn' | 'mediaFramesOut'
  > & { startToFirstAudioMs: number | undefined };
  readonly onError: (error: TwilioError) => void;
}

/** Resolves after `ms`, or at once when the signal is given. */
export function pause(leg: Pick<Leg, 'context' | 'signal'>, ms: number): Promise<void> {
  return new Promise((resolve) => {
    if (leg.signal.aborted) return resolve();
    const timer = leg.context.clock.after(ms, done);
    leg.signal.addEventListener('abort', done, { once: true });
    function done() {
      timer[Symbol.dispose]();
      leg.signal.removeEventListener('abort', done);
      resolve();
    }
  });
}
