// Pins: a stranger called back because a model misheard a number or made one up, and a good number refused.
import { expect, it } from 'vitest';
import { callbackNumber } from './callback-number.ts';

const scene = (...callersWords: string[]) => ({ phone: '+13125550142', businessNumber: '+13125550100', callersWords });

it('is the number the call comes from when no other was given', () => {
  expect(callbackNumber(undefined, scene())).toEqual({ kind: 'known', number: '+13125550142' });
  expect(callbackNumber(undefined, { ...scene(), phone: null })).toEqual({ kind: 'known', number: null });
});

it.each([
  'My number is 312-555-0188.',
  'It is (312) 555 0188, in the mornings',
  'three one two, five five five, oh one eight eight',
  'three one two double five five zero one double eight',
  'Try plus one 312 555 0188',
])('is the one the caller said: %s', (words) => {
  expect(callbackNumber('3125550188', scene('Hello.', words))).toEqual({ kind: 'known', number: '+13125550188' });
});

it('puts together what was said in several turns', () => {
  expect(callbackNumber('312 555 0188', scene('312', '555 0188'))).toMatchObject({ kind: 'known' });
});

it('is not one the caller was never heard saying', () => {
  expect(callbackNumber('3125550199', scene('My number is 312-555-0188.'))).toEqual({
    kind: 'unheard',
    number: '+13125550199',
  });
  expect(callbackNumber('12', scene())).toEqual({ kind: 'impossible' });
});
