// Pins: a name that comes back as another one, so that a field a business sends is silently not taken.
import { getCatalog } from '@frontdesk/contracts/booking/get-catalog';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { camelCased, snakeCased, snakeName } from './snake-case.ts';

test('names change at every depth, values never', () => {
  const camel = { maxPerDay: 3, weeklyHours: [{ weekday: 1, from: '09:00' }], note: null, startsAt: 'startsAt' };
  const snake = { max_per_day: 3, weekly_hours: [{ weekday: 1, from: '09:00' }], note: null, starts_at: 'startsAt' };
  expect(snakeCased(camel)).toEqual(snake);
  expect(camelCased(snake)).toEqual(camel);
});

test('every name of the catalog goes there and back', () => {
  const { rules, services, resources } = getCatalog.reply.shape;
  for (const shape of [rules.unwrap().shape, services.element.shape, resources.element.shape]) {
    for (const name of Object.keys(shape)) expect(Object.keys(camelCased({ [snakeName(name)]: 1 }))).toEqual([name]);
  }
});

test('plain data of any form survives', () => {
  const name = fc.stringMatching(/^[a-z]{1,5}([A-Z][a-z]{1,5}){0,2}$/);
  const data = fc.letrec((tie) => ({
    any: fc.oneof(fc.string(), fc.integer(), fc.constant(null), tie('list'), tie('record')),
    list: fc.array(tie('any'), { maxLength: 3 }),
    record: fc.dictionary(name, tie('any'), { maxKeys: 3, noNullPrototype: true }),
  })).any;
  fc.assert(fc.property(data, (value) => void expect(camelCased(snakeCased(value))).toEqual(value)));
});
