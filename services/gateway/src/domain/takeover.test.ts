// Pins: a call that is held by a bridge nobody knows of, because its answer came too late.
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
  expect(claimedBy(asked, 3, found)).toBe(expected);
});
