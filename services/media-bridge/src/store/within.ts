import type { Clock } from '@frontdesk/lifecycle';

/** @returns whether the work was done in time */
export async function within(clock: Clock, ms: number, work: Promise<unknown>): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<false>();
  using _ = clock.after(ms, () => resolve(false));
  return await Promise.race([work.then(() => true), late]);
}
