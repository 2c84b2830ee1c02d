import { expect, it } from 'vitest';
import { MAX_LOOP_LAG_MS, refusal } from './admission.ts';

const state = { pool: 'default', capacity: 2, active: 0, draining: false, loopLagMs: 0 };

it.each([
  ['room', {}, undefined],
  ['no room', { active: 2 }, 'full'],
  ['a stop under way', { draining: true }, 'draining'],
  ['a loop that is late', { loopLagMs: MAX_LOOP_LAG_MS + 1 }, 'unhealthy'],
  ['another pool', { pool: 'large', active: 2, draining: true }, 'wrong_pool'],
] as const)('with %s', (_, change, expected) => {
  expect(refusal({ ...state, ...change }, 'default')).toBe(expected);
});
