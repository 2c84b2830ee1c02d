// Pins: two texts under one name, a server that is made to keep every list's length for ever, and a name that stays after
// what it stood for has become useless.
import { expect, test } from 'vitest';
import { createStatementNames } from './statement-names.ts';

test('a text keeps its name, and no other one has it', () => {
  const names = createStatementNames();
  const first = names.of('select $1');
  expect(names.of('select $1, $2')).not.toBe(first);
  expect(names.of('select $1')).toBe(first);
});

test('a renewed name is new, for this text only', () => {
  const names = createStatementNames();
  const [first, other] = [names.of('select $1'), names.of('select $2')];
  names.renew('select $1');
  expect([first, other]).not.toContain(names.of('select $1'));
  expect(names.of('select $2')).toBe(other);
  names.renew('never asked');
  expect(names.of('select $2')).toBe(other);
});

test('there are two hundred at most, and those there are stay', () => {
  const names = createStatementNames();
  const given = Array.from({ length: 300 }, (_, index) => names.of(`select $${index}`));
  expect(given.filter((name) => name !== undefined)).toHaveLength(200);
  expect(new Set(given).size).toBe(201);
  expect(names.of('select $7')).toBe(given[7]);
});
