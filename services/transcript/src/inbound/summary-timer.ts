/**
 * The clock's message to this service: looks for summaries that are due. It looks when asked (an event has just
 * completed a conversation) and every `pollMs`, which finds grace periods and backoffs that ran out and what another
 * replica left behind. Not more than `maxAtOnce` attempts run at a time.
 */
import { createInFlight } from '@frontdesk/lifecycle';
import type { Context } from '../context.ts';
import { claimDue } from '../store/summary-writer.ts';
import { onSummaryDue } from './summary-due.ts';

const ACTOR = { kind: 'service', id: 'transcript' } as const;
/** How long a lease outlives the model's deadline: the time to read the conversation and to write the result. */
const LEASE_MARGIN_MS = 15_000;
const STOP_DEADLINE_MS = 5_000;

export interface SummaryTimer extends AsyncDisposable {
  /** Looks now. */
  nudge(): void;
}

export function startSummaryTimer(context: Context): SummaryTimer {
  const { db, clock, config, log } = context;
  const { pollMs, maxAtOnce, deadlineMs } = config.summary;
  const stopping = new AbortController();
  const inFlight = createInFlight();
  let looking = false;
  let lookAgain = false;
  let nextLook: Disposable | undefined;

  function nudge(): void {
    if (stopping.signal.aborted) return;
    if (looking) {
      lookAgain = true;
      return;
    }
    looking = true;
    nextLook?.[Symbol.dispose]();
    void inFlight.run(look);
  }

  async function look(): Promise<void> {
    lookAgain = false;
    try {
      // This look counts itself.
      const room = maxAtOnce - (inFlight.count - 1);
      const lease = { now: clock.now(), leaseMs: deadlineMs + LEASE_MARGIN_MS, limit: room };
      const claims = room > 0 ? await db.asSystem(ACTOR, (tx) => claimDue(tx, lease)) : [];
      for (const claim of claims) void inFlight.run(() => attempt(claim));
    } catch (error) {
      log.error({ err: error, event: 'summary_claim_failed' }, 'could not look for summaries that are due');
    }
    looking = false;
    if (lookAgain) nudge();
    else if (!stopping.signal.aborted) nextLook = clock.after(pollMs, nudge);
  }

  async function attempt(claim: Parameters<typeof onSummaryDue>[1]): Promise<void> {
    try {
      await onSummaryDue(context, claim, stopping.signal);
    } catch (error) {
      log.error({ err: error, event: 'summary_attempt_lost', call_sid: claim.callSid }, 'a summary attempt was lost');
      return;
    }
    nudge();
  }

  nudge();
  return {
    nudge,
    async [Symbol.asyncDispose]() {
      stopping.abort();
      nextLook?.[Symbol.dispose]();
      await inFlight.idle(STOP_DEADLINE_MS);
    },
  };
}
