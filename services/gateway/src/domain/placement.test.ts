// Pins: calls of one burst piling up on one bridge, calls sent to silent, draining, full or foreign bridges, and a bridge
// that fails being asked first again and again, though it answers whenever it is asked.
import type { BridgeAnnouncement } from '@frontdesk/contracts/media-bridge/announcement';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  answered,
  candidates,
  emptyRoster,
  failed,
  heard,
  lost,
  placed,
  type Roster,
  reached,
  unreachable,
} from './placement.ts';

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

test('a bridge that fails twice in a row is asked last, for a while that grows', () => {
  let roster = rosterOf(bridge('a'), bridge('b', { active: 9 }));
  roster = failed(roster, 'a', 1_000);
  expect(ids(roster, 'default', 1_100)).toEqual(['a', 'b']);
  roster = failed(roster, 'a', 1_200);
  expect(ids(roster, 'default', 1_300)).toEqual(['b', 'a']);
  const later = rosterAt(roster, 6_300, bridge('a'), bridge('b', { active: 9 }));
  expect(ids(later, 'default', 6_300)).toEqual(['a', 'b']);
  const again = failed(failed(later, 'a', 6_300), 'a', 6_300);
  const muchLater = rosterAt(again, 12_000, bridge('a'), bridge('b', { active: 9 }));
  expect(ids(muchLater, 'default', 12_000)).toEqual(['b', 'a']);
});

test('one answer makes up for what failed before', () => {
  const roster = answered(failed(rosterOf(bridge('a'), bridge('b', { active: 1 })), 'a', 1_000), 'a');
  expect(ids(failed(roster, 'a', 1_100))).toEqual(['a', 'b']);
});

test('a bridge whose sockets fail is not forgiven for answering; one call that gets through to it is enough', () => {
  const failing = (roster: Roster) => answered(unreachable(roster, 'a', 1_000), 'a');
  const roster = failing(failing(rosterOf(bridge('a'), bridge('b', { active: 5 }))));
  expect(ids(roster)).toEqual(['b', 'a']);
  expect(ids(answered(lost(rosterOf(bridge('a'), bridge('b', { active: 5 })), 'a', 1_000), 'a'))).toEqual(['b', 'a']);
  expect(ids(reached(roster, 'a'))).toEqual(['a', 'b']);
});

test('a bridge that does not answer is not forgiven for the calls that it carries', () => {
  const roster = failed(failed(rosterOf(bridge('a'), bridge('b', { active: 5 })), 'a', 1_000), 'a', 1_000);
  expect(ids(reached(roster, 'a'))).toEqual(['b', 'a']);
});

test('a bridge found dead, or late with everything, comes after the sound ones', () => {
  expect(ids(lost(rosterOf(bridge('a'), bridge('b', { active: 5 })), 'a', 1_000))).toEqual(['b', 'a']);
  expect(ids(rosterOf(bridge('a', { loopLagMs: 250 }), bridge('b', { active: 5 })))).toEqual(['b', 'a']);
});

test('a restarted process does not answer for the one before it', () => {
  const roster = lost(rosterOf(bridge('a'), bridge('b', { active: 5 })), 'a', 1_000);
  const restarted = heard(roster, bridge('a', { address: '127.0.0.1:9001' }), 1_100);
  expect(ids(restarted)).toEqual(['a', 'b']);
});

test('the dead owner of a call is never its rescuer; its successor of the same name may be', () => {
  const except = { podId: 'a', address: '127.0.0.1:9000' };
  expect(candidates(rosterOf(bridge('a')), 'default', 1_500, except)).toEqual([]);
  const restarted = rosterOf(bridge('a', { address: '127.0.0.1:9001' }));
  expect(candidates(restarted, 'default', 1_500, except)).toHaveLength(1);
});

const step = fc.oneof(
  fc.record({ do: fc.constant('heard' as const), pod: pods(), active: fc.nat(12), lagMs: fc.nat(300) }),
  fc.record({ do: fc.constantFrom('placed', 'answered', 'failed', 'reached', 'unreachable', 'lost'), pod: pods() }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.nat(4_000) }),
);

function pods() {
  return fc.constantFrom('a', 'b', 'c', 'd', 'e');
}

test('whatever happened: only bridges with room that were heard lately, no one twice, the sound before the doubtful', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let roster = emptyRoster;
      let nowMs = 0;
      const said = new Map<string, { atMs: number; active: number; lagMs: number; placed: number }>();
      for (const each of steps) {
        if (each.do === 'wait') nowMs += each.ms;
        else if (each.do === 'heard') {
          roster = heard(roster, bridge(each.pod, { active: each.active, loopLagMs: each.lagMs }), nowMs);
          said.set(each.pod, { atMs: nowMs, active: each.active, lagMs: each.lagMs, placed: 0 });
        } else if (each.do === 'placed') {
          roster = placed(roster, each.pod);
          const last = said.get(each.pod);
          if (last) last.placed += 1;
        } else if (each.do === 'answered') roster = answered(roster, each.pod);
        else if (each.do === 'reached') roster = reached(roster, each.pod);
        else roster = { failed, unreachable, lost }[each.do](roster, each.pod, nowMs);
      }
      const chosen = candidates(roster, 'default', nowMs);
      const roomy = [...said].filter(([, last]) => nowMs - last.atMs <= 3_000 && last.active + last.placed < 10);
      expect(chosen).toHaveLength(Math.min(3, roomy.length));
      expect(new Set(chosen.map(({ podId }) => podId)).size).toBe(chosen.length);
      for (const { podId } of chosen) expect(roomy.map(([pod]) => pod)).toContain(podId);
      const lagging = chosen.map(({ loopLagMs }) => loopLagMs > 100);
      const soundLeft = roomy.some(([pod, last]) => last.lagMs <= 100 && !chosen.some(({ podId }) => podId === pod));
      // A sound bridge is left out only for others that are sound, or because it is ejected itself.
      if (soundLeft && lagging.includes(true))
        expect(steps.some(({ do: what }) => ['failed', 'unreachable', 'lost'].includes(what))).toBe(true);
    }),
    { numRuns: 300 },
  );
});

function rosterAt(roster: Roster, nowMs: number, ...announcements: BridgeAnnouncement[]): Roster {
  // Announcements once a second keep what is known about a bridge.
  let kept = roster;
  for (let at = 2_000; at <= nowMs; at += 1_000)
    for (const announcement of announcements) kept = heard(kept, announcement, at);
  return announcements.reduce((each, announcement) => heard(each, announcement, nowMs), kept);
}
