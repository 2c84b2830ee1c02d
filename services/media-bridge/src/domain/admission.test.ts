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
  expect(refusal({ ...state, ...change }, { pool: 'default', mode: 'new' })).toBe(expected);
});

// A dozen calls moved at once make any bridge late for a moment, and each that is refused for it is a call lost.
it('a loop that is late goes on with a call that talks already, as long as there is room', () => {
  const late = { ...state, loopLagMs: MAX_LOOP_LAG_MS * 10 };
  expect(refusal(late, { pool: 'default', mode: 'resume' })).toBe(undefined);
  expect(refusal({ ...late, active: 2 }, { pool: 'default', mode: 'resume' })).toBe('full');
});
