/**
 * A bridge was asked to take a call over, or to go on with one it has, and did not answer: it may have the call all the
 * same, and would then hold it for nobody while another one is asked. The call's record knows.
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

export interface Asked {
  bridge: Bridge;
  /** Of the record as it was when the bridge was asked. */
  epoch: number;
  /** It was asked because the call is its own: nobody found it gone, and silent it is only slow. */
  asOwner: boolean;
}

export function claimedBy({ bridge, epoch, asOwner }: Asked, head: CallHead | 'over' | undefined): Claimed {
  if (head === undefined || head === 'over' || head.phase === 'ending' || head.phase === 'ended') return 'call_over';
  const { podId, address } = head.owner;
  const isOwner = podId === bridge.podId && address === bridge.address;
  if (head.epoch === epoch) return isOwner && asOwner ? 'placed' : 'unclaimed';
  return isOwner ? 'placed' : 'claimed_elsewhere';
}
