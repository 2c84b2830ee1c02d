/** The clock's message to this service: looks for calls that are over and whose live record may have been left behind. */
import { createInFlight } from '@frontdesk/lifecycle';
import type { Context } from '../context.ts';
import { claimRecords } from '../store/record-writer.ts';
import { onRecordDue } from './record-due.ts';

const ACTOR = { kind: 'service', id: 'transcript' } as const;
/** Longer than telling a whole conversation takes. */
const LEASE_MS = 60_000;
const AT_ONCE = 8;
const STOP_DEADLINE_MS = 5_000;

export function startRecordTimer(context: Context): AsyncDisposable {
  const { db, clock, config, log } = context;
  const inFlight = createInFlight();
  let stopped = false;
  let next = clock.after(config.finalise.pollMs, look);

  function look(): void {
    void inFlight.run(pass).then((found) => {
      if (!stopped) next = clock.after(found === AT_ONCE ? 0 : config.finalise.pollMs, look);
    });
  }

  /** @returns how many calls there were to look after */
  async function pass(): Promise<number> {
    try {
      const due = { now: clock.now(), afterMs: config.finalise.afterMs, leaseMs: LEASE_MS, limit: AT_ONCE };
      const claims = await db.asSystem(ACTOR, (tx) => claimRecords(tx, due));
      await Promise.all(claims.map(finalise));
      return claims.length;
    } catch (error) {
      log.error({ err: error, event: 'record_claim_failed' }, 'could not look for calls that were left behind');
      return 0;
    }
  }

  async function finalise(claim: Parameters<typeof onRecordDue>[1]): Promise<void> {
    try {
      await onRecordDue(context, claim);
    } catch (error) {
      log.warn({ err: error, event: 'finalise_failed', call_sid: claim.callSid }, 'a call could not be finalised yet');
    }
  }

  return {
    async [Symbol.asyncDispose]() {
      stopped = true;
      next[Symbol.dispose]();
      await inFlight.idle(STOP_DEADLINE_MS);
    },
  };
}
