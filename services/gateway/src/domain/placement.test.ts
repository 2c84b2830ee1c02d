// Pins: calls of one burst piling up on one bridge, calls sent to silent, draining, full or foreign bridges.
import type { BridgeAnnouncement } from '@frontdesk/contracts/media-bridge/announcement';
import { expect, test } from 'vitest';
import { candidates, emptyRoster, heard, placed, type Roster } from './placement.ts';

function bridge(podId: string, changes: Partial<BridgeAnnouncement> = {}): BridgeAnnouncement {
  return {
    podId,
    address: '127.0.0.1:9000',
    pool: 'default',
    zone: 'a',
    version: '0.1.0',
    active: 0,
    capacity: 10,
    state: 'ready',
    loopLagMs: 0,
    ...changes,
  };
}

function rosterOf(...announcements: BridgeAnnouncement[]): Roster {
  return announcements.reduce((roster, announcement) => heard(roster, announcement, 1_000), emptyRoster);
}

const ids = (roster: Roster, pool = 'default', nowMs = 1_500) => candidates(roster, pool, nowMs).map((c) => c.podId);

test('the least loaded bridge is asked first, by share of its capacity', () => {
  expect(ids(rosterOf(bridge('a', { active: 5 }), bridge('b', { active: 6, capacity: 100 })))).toEqual(['b', 'a']);
});

test('a burst between two announcements is spread', () => {
  let roster = rosterOf(bridge('a'), bridge('b'));
  const used = [];
  for (let call = 0; call < 4; call += 1) {
    const chosen = ids(roster)[0] ?? '';
    used.push(chosen);
    roster = placed(roster, chosen);
  }
  expect(used).toEqual(['a', 'b', 'a', 'b']);
});

test('a new announcement replaces what was counted on top of the old one', () => {
  const roster = heard(placed(rosterOf(bridge('a', { capacity: 1 })), 'a'), bridge('a', { capacity: 1 }), 1_100);
  expect(ids(roster)).toEqual(['a']);
});

test('full, draining, foreign and silent bridges are not asked', () => {
  const roster = rosterOf(
    bridge('full', { active: 10 }),
    bridge('zero', { capacity: 0 }),
    bridge('draining', { state: 'draining' }),
    bridge('foreign', { pool: 'big' }),
  );
  expect(ids(roster)).toEqual([]);
  expect(ids(rosterOf(bridge('a')), 'default', 4_001)).toEqual([]);
  expect(ids(roster, 'big')).toEqual(['foreign']);
});

test('no more than three are asked', () => {
  expect(ids(rosterOf(bridge('a'), bridge('b'), bridge('c'), bridge('d')))).toHaveLength(3);
});

test('placing a call on a bridge that has gone changes nothing', () => {
  expect(placed(emptyRoster, 'gone')).toBe(emptyRoster);
});
