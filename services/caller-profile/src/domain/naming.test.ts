// Pins: a late summary, or a stranger who claims the number, that overwrites what the caller said about themselves.
import { describe, expect, it } from 'vitest';
import { nameToStore } from './naming.ts';

const said = { source: 'said', proved: true } as const;
const claimed = { source: 'said', proved: false } as const;
const summary = { source: 'summary', proved: true } as const;

describe('nameToStore', () => {
  it.each([
    [null, 'Maria', said, 'Maria'],
    ['Mario', 'Maria', said, 'Maria'],
    ['Maria', ' Maria ', said, undefined],
    [null, 'Maria', claimed, 'Maria'],
    ['Maria', 'Mallory', claimed, undefined],
    ['Maria', ' Maria ', claimed, undefined],
    [null, 'Maria', summary, 'Maria'],
    ['Maria', 'Mary', summary, undefined],
    ['Maria', null, summary, undefined],
    [null, null, summary, undefined],
    [null, '555', said, undefined],
  ] as const)('has %s, is offered %s (%o): stores %s', (current, offered, by, stored) => {
    expect(nameToStore(current, offered, by)).toBe(stored);
  });
});
