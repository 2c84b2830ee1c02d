// Pins: an outage that looks like a bug to the asker, and a bug that looks like an outage.
import { WireError } from '@frontdesk/contracts/wire-error';
import { expect, test } from 'vitest';
import { isExclusionViolation, isUniqueViolation, toWireError } from './errors.ts';

const withCode = (code: string, more: object = {}) => Object.assign(new Error('from the driver'), { code, ...more });

test.each(['ECONNREFUSED', 'ECONNRESET', '57P01', '57P03', '53300', '08006', '55P03', '57014', '40001', '40P01'])(
  '%s is unavailable, with the cause kept for the log',
  (code) => {
    const cause = withCode(code);
    const error = toWireError(cause);
    expect(error).toMatchObject({ name: 'WireError', code: 'unavailable' });
    expect((error as WireError).cause).toBe(cause);
    expect((error as WireError).message).not.toContain('driver');
  },
);

test.each(['Connection terminated unexpectedly', 'Query read timeout', 'timeout exceeded when trying to connect'])(
  'so is the driver’s own "%s"',
  (message) => {
    expect(toWireError(new Error(message))).toMatchObject({ code: 'unavailable' });
  },
);

test.each([
  withCode('42501'),
  withCode('23505'),
  withCode('42P01'),
  new Error('a bug'),
  new WireError('conflict', 'taken'),
])('%s stays what it is', (error) => {
  expect(toWireError(error)).toBe(error);
});

test('violations are told apart by code and constraint', () => {
  const unique = withCode('23505', { constraint: 'caller_phone' });
  expect([
    isUniqueViolation(unique),
    isUniqueViolation(unique, 'caller_phone'),
    isUniqueViolation(unique, 'other'),
  ]).toEqual([true, true, false]);
  expect(isExclusionViolation(unique)).toBe(false);
  expect(isExclusionViolation(withCode('23P01'))).toBe(true);
  expect(isUniqueViolation('23505')).toBe(false);
});
