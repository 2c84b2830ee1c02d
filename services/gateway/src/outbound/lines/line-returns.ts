/**
 * Lines that may be taken for nobody. A create that was not answered in time may be carried out all the same, when a NATS
 * that stood still goes on; its caller has the voicemail by then, and the next one would find the line busy until it
 * expires. So it is looked for as soon as NATS answers, and given back.
 */
import { WireError } from '@frontdesk/contracts/wire-error';
import { type Clock, createInFlight } from '@frontdesk/lifecycle';
import type { Logger } from '@frontdesk/observability';
import type { CallRecords } from '../call-record.ts';
import type { Lines } from './lines.ts';

const EVERY_MS = 1_000;
/** A NATS that is away for longer has restarted rather than stood still. */
const MOST_TRIES = 60;
/** A look may overtake a create that an older connection still holds. */
const LOOKS = 3;
/** The lines of the rest expire. */
const MOST_AT_ONCE = 500;

export interface LineReturns extends Disposable {
  /** Never rejects; nothing is given back from a call that somebody has after all. */
  later(businessId: string, callSid: string): void;
}

export interface LineReturnsOptions {
  lines: Pick<Lines, 'heldBy' | 'release'>;
  records: CallRecords;
  clock: Clock;
  log: Logger;
}

export function createLineReturns({ lines, records, clock, log }: LineReturnsOptions): LineReturns {
  const inFlight = createInFlight();
  const pauses = new Map<() => void, Disposable>();
  let stopped = false;

  async function pause(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    pauses.set(resolve, clock.after(EVERY_MS, resolve));
    await promise;
    pauses.delete(resolve);
  }

  /** @returns whether there is nothing to look for any more */
  async function giveBack(businessId: string, callSid: string): Promise<boolean> {
    const head = await records.head(callSid);
    if (head !== undefined && head !== 'over') return true;
    const line = await lines.heldBy(businessId, callSid);
    if (line === undefined) return false;
    await lines.release(businessId, callSid, line);
    log.info({ event: 'line_given_back' }, 'a line that was taken for nobody was given back');
    return true;
  }

  async function look(businessId: string, callSid: string): Promise<void> {
    let looks = 0;
    for (let tries = 0; tries < MOST_TRIES && looks < LOOKS; tries += 1) {
      await pause();
      if (stopped) return;
      try {
        if (await giveBack(businessId, callSid)) return;
        looks += 1;
      } catch (error) {
        if (!(error instanceof WireError)) throw error;
        // Not there yet: asked again after the next pause.
        log.debug({ err: error }, 'lines cannot be looked at yet');
      }
    }
  }

  return {
    later(businessId, callSid) {
      if (stopped || inFlight.count >= MOST_AT_ONCE) return;
      void inFlight
        .run(() => look(businessId, callSid))
        .catch((error: unknown) => log.error({ err: error }, 'a line could not be given back'));
    },
    [Symbol.dispose]() {
      stopped = true;
      for (const [resolve, timer] of pauses) {
        timer[Symbol.dispose]();
        resolve();
      }
    },
  };
}
