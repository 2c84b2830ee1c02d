// Pins: Twilio taking a stream away because it was told to, read as a caller who hung up.
import { manualClock } from '@frontdesk/lifecycle';
import { createLogger } from '@frontdesk/observability';
import { expect, it } from 'vitest';
import { createStreamAgain } from './stream-again.ts';

function redirection() {
  const clock = manualClock();
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const streamAgain = createStreamAgain({
    context: {
      clock,
      log: createLogger({ service: 'test', instanceId: 'test', level: 'silent' }),
      twilio: { redirect: () => promise },
    },
    reservation: {
      callSid: `CA${'0'.repeat(32)}`,
      twilioAccountSid: `AC${'0'.repeat(32)}`,
      twilioAuthTokenEncrypted: 'sealed',
      continueUrl: 'https://frontdesk.test/continue',
    },
    whoseCall: async () => undefined,
    isWaiting: () => true,
    onCallOver: () => undefined,
  });
  return { clock, streamAgain, resolve, reject };
}

it.each(['answers', 'fails'] as const)('counts from the request until a moment after Twilio %s', async (how) => {
  const { clock, streamAgain, resolve, reject } = redirection();
  expect(streamAgain.wasRedirected).toBe(false);
  const redirected = streamAgain.redirect();
  await Promise.resolve();
  clock.advance(2_900);
  expect(streamAgain.wasRedirected).toBe(true);
  if (how === 'answers') resolve(true);
  else reject(new Error('timeout'));
  await redirected;
  clock.advance(1_499);
  expect(streamAgain.wasRedirected).toBe(true);
  clock.advance(1);
  expect(streamAgain.wasRedirected).toBe(false);
});
