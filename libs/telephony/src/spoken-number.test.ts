// Pins: a call back promised on a number nobody can dial, or on one in another country.
import { expect, it } from 'vitest';
import { nationalDigits, readSpokenNumber } from './spoken-number.ts';

it.each([
  ['312-555-0142', '+13125550100', '+13125550142'],
  ['(312) 555 0142', '+13125550100', '+13125550142'],
  ['1 312 555 0142', '+13125550100', '+13125550142'],
  ['020 7946 0018', '+442079460000', '+442079460018'],
  ['+44 20 7946 0018', '+13125550100', '+442079460018'],
  ['555-0142-99-88-77', '+13125550100', undefined],
  ['12', '+13125550100', undefined],
  ['call me', '+13125550100', undefined],
])('%s said to %s is %s', (said, near, number) => {
  expect(readSpokenNumber(said, near)).toBe(number);
});

it('leaves out of a number what a caller leaves out', () => {
  expect(nationalDigits('+13125550142')).toBe('3125550142');
  expect(nationalDigits('+442079460018')).toBe('2079460018');
});
