/** Which gateway carries a call: the telephone network spreads webhooks and sockets over both. */
import { inject, vi } from 'vitest';
import type { z } from 'zod';
import { twilioControl } from '../../simulators/twilio/control-client.ts';
import type { placeCall } from '../../simulators/twilio/script.ts';
import '../provided.ts';
import type { OnCall } from './call.ts';

const MOST_TRIES = 8;

type CallbackEvents = z.input<typeof placeCall>['statusCallbackEvents'];

/**
 * Places a call until its media socket leads through this gateway. Only while nobody else calls.
 * @param place is told which callbacks to ask for: the network takes its gateways in turn, and one more request between
 *   the webhook and the socket makes the next one it
 * @throws Error when none came through
 */
export async function callThrough(
  gateway: number,
  place: (statusCallbackEvents: CallbackEvents) => Promise<OnCall>,
): Promise<OnCall> {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const before = await socketsOf(gateway);
    const call = await place(tries % 2 === 0 ? ['completed'] : ['answered', 'completed']);
    await vi.waitUntil(async () => (await call.report()).streams.some(({ startMs }) => startMs !== undefined), 10_000);
    if ((await socketsOf(gateway)) > before) return call;
    await twilioControl(inject('failures').stack.twilio.apiUrl).hangUp(call.callSid);
    await call.ended();
  }
  throw new Error(`no call came through gateway ${gateway + 1}`);
}

async function socketsOf(gateway: number): Promise<number> {
  const { processes } = inject('failures').stack;
  const found = processes.find(({ name }) => name === `gateway-${gateway + 1}`);
  const text = await (await fetch(new URL('/metrics', found?.healthUrl))).text();
  return Number(/^frontdesk_media_sockets_active(?:\{[^}]*\})? (\d+)/m.exec(text)?.[1] ?? 0);
}
