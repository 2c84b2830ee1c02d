// Pins: a call that is held by a bridge nobody knows of, because its answer came too late; and one taken from a healthy
// bridge that was only slow.
import type { CallHead } from '@frontdesk/contracts/kv/calls';
import { expect, test } from 'vitest';
import { claimedBy } from './takeover.ts';

const asked = { podId: 'bridge-2', address: '10.0.0.2:4000' };

function head(changes: Partial<CallHead>): CallHead {
  return {
    version: 1,
    businessId: 'larkspur',
    callSid: `CA${'1'.repeat(32)}`,
    direction: 'inbound',
    from: null,
    to: '+13125550100',
    owner: { podId: 'bridge-1', address: '10.0.0.1:4000' },
    epoch: 3,
    phase: 'talking',
    pendingTools: [],
    reservedAt: '2026-01-01T00:00:00Z',
    ...changes,
  };
}

test.each([
  ['the record is as it was', head({}), 'unclaimed'],
  ['the silent one wrote itself in', head({ epoch: 4, owner: asked }), 'placed'],
  [
    'its predecessor of the same name did',
    head({ epoch: 4, owner: { ...asked, address: '10.0.0.9:4000' } }),
    'claimed_elsewhere',
  ],
  ['another one was quicker', head({ epoch: 4 }), 'claimed_elsewhere'],
  ['the call has ended', head({ phase: 'ended' }), 'call_over'],
  ['the call is being ended', head({ epoch: 4, owner: asked, phase: 'ending' }), 'call_over'],
  ['the record is deleted', 'over', 'call_over'],
  ['there never was one', undefined, 'call_over'],
] as const)('%s: %3$s', (_what, found, expected) => {
  expect(claimedBy({ bridge: asked, epoch: 3, asOwner: false }, found)).toBe(expected);
});

test.each([
  ['the call is its own still', head({ owner: asked }), 'placed'],
  ['it claimed the call once more', head({ epoch: 4, owner: asked }), 'placed'],
  ['its predecessor of the same name had it', head({ owner: { ...asked, address: '10.0.0.9:4000' } }), 'unclaimed'],
  ['another one took it meanwhile', head({ epoch: 4 }), 'claimed_elsewhere'],
  ['the call has ended', head({ owner: asked, phase: 'ended' }), 'call_over'],
] as const)('the owner itself was asked and is slow, %s: %3$s', (_what, found, expected) => {
  expect(claimedBy({ bridge: asked, epoch: 3, asOwner: true }, found)).toBe(expected);
});

test('an owner that was found gone is no owner when it is asked again as the last one there is', () => {
  expect(claimedBy({ bridge: asked, epoch: 3, asOwner: false }, head({ owner: asked }))).toBe('unclaimed');
});
