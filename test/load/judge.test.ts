// Pins: a benchmark that passes because it measured nothing, or because it was itself the bottleneck.
import { expect, test } from 'vitest';
import { budgets } from './budgets.ts';
import { bargeIn, judge } from './judge.ts';
import type { Measured, Run } from './run.ts';

const quick = { count: 100, p50: 0.1, p90: 0.2, p99: 0.3, max: 0.4 };

function measured(cpuMs: Record<string, number>): Measured {
  const perCallSecond = Object.fromEntries(
    Object.entries(cpuMs).map(([name, ms]) => [
      name,
      { cpuMs: ms, userMs: ms, systemMs: 0, besideMs: 0, spread: 0.05 },
    ]),
  );
  return {
    phase: { placed: [{ call: 0, webhookMs: 5, firstAudioMs: 2, streamAfterMs: 700 }], failed: [] },
    window: { seconds: 30, perCallSecond, rssKiB: {}, machine: { busy: 0.4, foreign: 0.01, stolen: 0 } },
    callers: {
      ...{ open: 1, framesSent: 1_500, modelToCaller: quick, lateness: quick, heardMs: 1, spokenMs: 1, lost: [] },
      clears: [{ call: 0, atUs: 2_000 }],
    },
    model: {
      ...{ sessions: 1, callerToModel: quick, lateness: quick, findSlots: quick, bookSlot: quick },
      ...{ toolOutcomes: {}, refused: [], speechStarts: [{ call: 0, atUs: 1_000 }] },
    },
  };
}

function goodRun(): Run {
  return {
    ...{ calls: 1, bridges: ['media-bridge-1'], gateways: ['gateway-1'], hotSpots: {} },
    cold: { placed: [], failed: [] },
    stack: measured({ 'media-bridge-1': 2, 'gateway-1': 1 }),
    relays: { before: measured({ relay: 2.4 }), after: measured({ relay: 2.6 }) },
    booking: { findSlots: quick, bookSlot: quick, failed: [], machine: { busy: 0.4, foreign: 0.01, stolen: 0 } },
    memory: { fewCalls: 1, manyCalls: 2, bytesPerCall: 50_000 },
  };
}

const verdicts = (run: Run) => new Set(judge(run).budgets.map(({ verdict }) => verdict));
const verdictOn = (run: Run, figure: string) => judge(run).budgets.find((each) => each.figure === figure)?.verdict;

test('a good run meets every budget', () => {
  const { disturbances, problems } = judge(goodRun());
  expect({ disturbances, problems }).toEqual({ disturbances: [], problems: [] });
  expect(verdicts(goodRun())).toEqual(new Set(['met']));
});

test('every budget has a figure', () => {
  const known = judge(goodRun()).budgets.filter(({ measured: value }) => value !== undefined);
  expect(known.map(({ figure }) => figure)).toEqual(budgets.map(({ figure }) => figure));
});

test('a bridge dearer than the relay breaks its budget', () => {
  const run = { ...goodRun(), stack: measured({ 'media-bridge-1': 2.6, 'gateway-1': 1 }) };
  expect(verdictOn(run, 'bridgeCpu')).toBe('broken');
  expect(verdictOn(run, 'gatewayCpu')).toBe('met');
});

test('what was not measured is not met', () => {
  const run: Run = { ...goodRun(), memory: { unknown: 'the port is taken' } };
  run.stack.model.findSlots = undefined;
  expect(verdictOn(run, 'bridgeMemoryPerCall')).toBe('not measured');
  expect(verdictOn(run, 'findSlotsP99')).toBe('not measured');
});

test.each([
  ['a busy machine', (run: Run) => Object.assign(run.stack.window.machine, { busy: 0.75 })],
  ['another program', (run: Run) => Object.assign(run.stack.window.machine, { foreign: 0.3 })],
  ['late callers', (run: Run) => Object.assign(run.stack.callers, { lateness: { ...quick, p99: 9 } })],
  ['a late model', (run: Run) => Object.assign(run.stack.model, { lateness: { ...quick, p99: 9 } })],
])('with %s no duration is judged', (_, disturb) => {
  const run = goodRun();
  disturb(run);
  expect(judge(run).disturbances).toHaveLength(1);
  for (const { unit, apart, verdict } of judge(run).budgets)
    if (unit === 'ms' && !apart) expect(verdict).toBe('not judged');
});

test.each([
  [
    'an unsteady relay',
    (run: Run) => Object.assign(run.relays.after.window.perCallSecond, { relay: { cpuMs: 2.5, spread: 0.6 } }),
  ],
  [
    'a machine whose speed changes',
    (run: Run) => Object.assign(run.relays.after.window.perCallSecond, { relay: { cpuMs: 2.9, spread: 0.05 } }),
  ],
  ['another program beside the relay', (run: Run) => Object.assign(run.relays.before.window.machine, { foreign: 0.3 })],
])('with %s nothing is measured against it', (_, disturb) => {
  const run = goodRun();
  disturb(run);
  for (const { unit, verdict } of judge(run).budgets) expect(verdict).toBe(unit === '× relay' ? 'not judged' : 'met');
});

test('calls that failed or were lost are named', () => {
  const run = goodRun();
  run.stack.phase.failed.push('Error: 404');
  run.stack.callers.lost.push('call 7: 1011');
  run.relays.after.callers.open = 0;
  expect(judge(run).problems).toHaveLength(3);
});

test('a clear belongs to the last speech before it, in the same call', () => {
  const run = goodRun();
  run.stack.model.speechStarts = [
    { call: 1, atUs: 1_000_000 },
    { call: 1, atUs: 2_000_000 },
    { call: 2, atUs: 2_001_000 },
  ];
  run.stack.callers.clears = [
    { call: 1, atUs: 2_003_000 },
    { call: 2, atUs: 9_000_000 },
    { call: 3, atUs: 2_003_000 },
  ];
  expect(bargeIn(run.stack)).toMatchObject({ count: 1, max: 3 });
});

test('booking is judged by the window it was measured in', () => {
  const run = goodRun();
  run.booking.machine.busy = 0.9;
  expect(verdictOn(run, 'bookingBookSlotP99')).toBe('not judged');
  expect(verdictOn(run, 'bookSlotP99')).toBe('met');
});
