/**
 * A bridge was asked to take a call over and did not answer: it may have claimed the call all the same, and would then
 * hold it for nobody while another one is asked. The call's record knows.
 */
import type { CallHead } from '@frontdesk/contracts/kv/calls';
import type { Bridge } from './placement.ts';

/**
 * - `placed`            it has the call, and will know the reservation when the stream comes
 * - `unclaimed`         nobody has: whoever is asked next may claim it; the first one will then find itself too late
 * - `claimed_elsewhere` somebody else has it
 * - `call_over`         there is no call any more
 */
export type Claimed = 'placed' | 'unclaimed' | 'claimed_elsewhere' | 'call_over';

/** @param epoch of the owner that was found gone */
export function claimedBy(asked: Bridge, epoch: number, head: CallHead | 'over' | undefined): Claimed {
  if (head === undefined || head === 'over' || head.phase === 'ending' || head.phase === 'ended') return 'call_over';
  if (head.epoch === epoch) return 'unclaimed';
  const { podId, address } = head.owner;
  return podId === asked.podId && address === asked.address ? 'placed' : 'claimed_elsewhere';
}
