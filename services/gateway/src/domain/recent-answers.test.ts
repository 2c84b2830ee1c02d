// Pins: a repeated webhook reserving a second bridge, a failure remembered for ever, unbounded memory.
import { expect, test } from 'vitest';
import { createRecentAnswers } from './recent-answers.ts';

test('a repeat gets the first answer, also while it is still being worked out', async () => {
  const recent = createRecentAnswers();
  let runs = 0;
  const work = async () => `answer ${++runs}`;
  const both = await Promise.all([recent.once('CA1', 0, work), recent.once('CA1', 5, work)]);
  expect(both).toEqual(['answer 1', 'answer 1']);
  expect(await recent.once('CA1', 59_000, work)).toBe('answer 1');
  expect(await recent.once('CA1', 60_001, work)).toBe('answer 2');
});

test('a failure is tried again', async () => {
  const recent = createRecentAnswers();
  await expect(recent.once('CA1', 0, async () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await recent.once('CA1', 1, async () => 'yes')).toBe('yes');
});

test('no more than the bound is kept', async () => {
  const recent = createRecentAnswers({ most: 2 });
  let runs = 0;
  const work = async () => String(++runs);
  for (const key of ['a', 'b', 'c', 'd']) await recent.once(key, 0, work);
  expect(await recent.once('a', 0, work)).toBe('5');
});
