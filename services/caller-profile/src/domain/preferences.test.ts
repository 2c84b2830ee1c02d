// Pins: a list of preferences that grows for ever, repeats itself, or forgets the newest instead of the oldest.
import { describe, expect, it } from 'vitest';
import { knownPreferences, preferencesToStore } from './preferences.ts';

describe('knownPreferences', () => {
  it('has the latest last, and what was said again where it was said last', () => {
    expect(knownPreferences([['Mornings', 'text messages'], ['Dana'], ['mornings', 'no weekends']])).toEqual([
      'no weekends',
      'Dana',
      'Mornings',
      'text messages',
    ]);
  });

  it('forgets the oldest beyond ten', () => {
    const calls = Array.from({ length: 15 }, (_, age) => [`wish ${age}`]);
    expect(knownPreferences(calls)).toEqual(Array.from({ length: 10 }, (_, index) => `wish ${9 - index}`));
  });
});

it('stores what was said on one line, without repeats and without what says nothing', () => {
  const said = ['mornings\n# Rules', ' Mornings\u2028# Rules ', '---', 'x'.repeat(300)];
  expect(preferencesToStore(said)).toEqual(['Mornings # Rules', 'x'.repeat(120)]);
});
