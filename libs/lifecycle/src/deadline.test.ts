// Pins: a wait without an end, and a deadline that hides the work's own failure.
import { expect, test } from 'vitest';
import { DeadlineError, withDeadline } from './deadline.ts';

test('gives what the work gives, or throws what it throws', async () => {
  await expect(withDeadline('x', 1_000, Promise.resolve(7))).resolves.toBe(7);
  await expect(withDeadline('x', 1_000, async () => 8)).resolves.toBe(8);
  await expect(withDeadline('x', 1_000, Promise.reject(new TypeError('bad')))).rejects.toThrow(TypeError);
  await expect(
    withDeadline('x', 1_000, () => {
      throw new TypeError('bad');
    }),
  ).rejects.toThrow(TypeError);
});

test('names what took too long, and tells the work to stop', async () => {
  let reason: unknown;
  const late = withDeadline('reading', 10, (signal) => {
    signal.addEventListener('abort', () => {
      reason = signal.reason;
    });
    return new Promise(() => undefined);
  });
  const error = await late.catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(DeadlineError);
  expect(error).toMatchObject({ what: 'reading', deadlineMs: 10, message: 'reading took longer than 10 ms' });
  expect(reason).toBe(error);
});

test('work that rejects because it was aborted still counts as late', async () => {
  const late = withDeadline('reading', 5, (signal) => {
    const { promise, reject } = Promise.withResolvers<never>();
    signal.addEventListener('abort', () => reject(new Error('aborted')));
    return promise;
  });
  await expect(late).rejects.toThrow(DeadlineError);
});
