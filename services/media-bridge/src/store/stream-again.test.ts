// Pins: Twilio taking a stream away because it was told to, read as a caller who hung up; a call given up because Twilio
// had too many requests at the moment in which a gateway lost all its calls.
import { manualClock } from '@frontdesk/lifecycle';
import { createLogger } from '@frontdesk/observability';
import { expect, it } from 'vitest';
import { createStreamAgain } from './stream-again.ts';

/** @param random of the jitter */
function redirection(random = 0) {
  const clock = manualClock();
  const call = { waiting: true, over: false };
  const asked: { atMs: number; resolve(alive: boolean): void; reject(error: Error): void }[] = [];
  const streamAgain = createStreamAgain({
    context: {
      clock,
      log: createLogger({ service: 'test', instanceId: 'test', level: 'silent' }),
      twilio: {
        redirect: () => {
          const { promise, ...answer } = Promise.withResolvers<boolean>();
          asked.push({ atMs: clock.monotonicMs(), ...answer });
          return promise;
        },
      },
    },
    reservation: {
      callSid: `CA${'0'.repeat(32)}`,
      twilioAccountSid: `AC${'0'.repeat(32)}`,
      twilioAuthTokenEncrypted: 'sealed',
      continueUrl: 'https://frontdesk.test/continue',
    },
    whoseCall: async () => undefined,
    isWaiting: () => call.waiting,
    onCallOver: () => {
      call.over = true;
    },
    random: () => random,
  });
  /** Lets so much time pass, and what waits for it happen. */
  async function pass(ms: number): Promise<void> {
    clock.advance(ms);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { clock, streamAgain, asked, call, pass };
}

it.each(['answers', 'fails'] as const)('counts from the request until a moment after Twilio %s', async (how) => {
  const { clock, streamAgain, asked, call, pass } = redirection();
  expect(streamAgain.wasRedirected()).toBe(false);
  const redirected = streamAgain.redirect();
  await pass(0);
  clock.advance(2_900);
  expect(streamAgain.wasRedirected()).toBe(true);
  if (how === 'answers') asked[0]?.resolve(true);
  else asked[0]?.reject(new Error('timeout'));
  await pass(0);
  call.waiting = false;
  clock.advance(1_499);
  expect(streamAgain.wasRedirected()).toBe(true);
  clock.advance(1);
  expect(streamAgain.wasRedirected()).toBe(false);
  await redirected;
});

it('tells Twilio again for as long as the call waits, less and less often', async () => {
  const { streamAgain, asked, call, pass } = redirection(0.5);
  const redirected = streamAgain.redirect();
  for (let passedMs = 0; passedMs < 10_000; passedMs += 50) {
    await pass(50);
    asked.at(-1)?.reject(new Error('429 Too Many Requests'));
    await pass(0);
  }
  call.waiting = false;
  await pass(2_000);
  await redirected;
  expect(asked.map(({ atMs }) => atMs)).toEqual([150, 450, 1_350, 3_350, 5_350, 7_350, 9_350]);
});

it.each([
  ['it is told', true, false],
  ['the call is over', false, true],
])('tells Twilio no more once %s', async (_, alive, over) => {
  const { streamAgain, asked, call, pass } = redirection();
  const redirected = streamAgain.redirect();
  await pass(0);
  asked[0]?.reject(new Error('503'));
  await pass(0);
  await pass(300);
  asked[1]?.resolve(alive);
  await redirected;
  await pass(10_000);
  expect([asked.length, call.over]).toEqual([2, over]);
});

it('asks for nothing when the stream came back before it was this call’s turn', async () => {
  const { streamAgain, asked, call, pass } = redirection(1);
  const redirected = streamAgain.redirect();
  await pass(299);
  expect(asked).toEqual([]);
  call.waiting = false;
  await pass(1);
  await redirected;
  expect(asked).toEqual([]);
});
