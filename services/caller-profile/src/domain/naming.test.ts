// Pins: a late summary that overwrites what the caller said about themselves.
import { describe, expect, it } from 'vitest';
import { nameToStore } from './naming.ts';

describe('nameToStore', () => {
  it.each([
    [null, 'Maria', 'said', 'Maria'],
    ['Mario', 'Maria', 'said', 'Maria'],
    ['Maria', ' Maria ', 'said', undefined],
    [null, 'Maria', 'summary', 'Maria'],
    ['Maria', 'Mary', 'summary', undefined],
    ['Maria', null, 'summary', undefined],
    [null, null, 'summary', undefined],
    [null, '555', 'said', undefined],
  ] as const)('has %s, is offered %s (%s): stores %s', (current, offered, source, stored) => {
    expect(nameToStore(current, offered, source)).toBe(stored);
  });
});
