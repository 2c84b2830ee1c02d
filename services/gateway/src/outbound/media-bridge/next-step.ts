/**
 * What Twilio should do now, by the owner's memory. A bridge that is found gone loses the call to another one, so our own
 * lateness must not be taken for its silence: an answer that has arrived is read though its time is over, and a question
 * that we had no time to send or to wait for is asked once more.
 */
import type { NextStep } from '@frontdesk/contracts/kv/calls';
import { nextStepPath, nextStepReply } from '@frontdesk/contracts/media-bridge/next-step';
import { parseJson } from '@frontdesk/contracts/parse-json';
import type { Clock } from '@frontdesk/lifecycle';
import type { Logger } from '@frontdesk/observability';
import type { Bridge } from '../../domain/placement.ts';
import { askOverHttp } from './ask-over-http.ts';

const WITHIN_MS = 300;
/** Later than a timer is on a gateway that keeps up. */
const LATE_MS = 100;

export interface Asking {
  clock: Clock;
  log: Logger;
  ask?: typeof askOverHttp;
}

/** @returns `not_mine` when it does not have the call, `gone` when it does not answer in time */
export async function askNextStep(
  { clock, log, ask = askOverHttp }: Asking,
  owner: Bridge,
  callSid: string,
): Promise<NextStep | 'not_mine' | 'gone'> {
  const question = { address: owner.address, path: nextStepPath(callSid), withinMs: WITHIN_MS };
  for (let tries = 1; ; tries += 1) {
    const askedAtMs = clock.monotonicMs();
    try {
      const { status, body } = await ask(question);
      if (status === 200) return nextStepReply.parse(parseJson(body)).next;
      return status === 404 ? 'not_mine' : 'gone';
    } catch (error) {
      const wasLate = clock.monotonicMs() - askedAtMs > WITHIN_MS + LATE_MS;
      log.warn({ err: error, bridge: owner.podId, wasLate }, 'bridge did not say what comes next');
      if (!wasLate || tries > 1) return 'gone';
    }
  }
}
