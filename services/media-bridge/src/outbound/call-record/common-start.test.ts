import { manualClock } from '@frontdesk/lifecycle';
import { expect, it } from 'vitest';
import { createCommonStart } from './common-start.ts';

// A start that slides with whoever comes last never comes while calls talk.
it('begins together what came within the wait of the first', () => {
  const clock = manualClock();
  const soon = createCommonStart(clock, 50);
  const begun: string[] = [];
  soon(() => begun.push('first'));
  clock.advance(40);
  soon(() => begun.push('second'));
  expect(begun).toEqual([]);
  clock.advance(10);
  expect(begun).toEqual(['first', 'second']);
  soon(() => begun.push('third'));
  clock.advance(49);
  expect(begun).toHaveLength(2);
  clock.advance(1);
  expect(begun).toHaveLength(3);
});
