/** Pins which combinations of people and things an appointment can take up, and in which order they are tried. */
import { describe, expect, it } from 'vitest';
import { createCalendar } from './calendar.ts';
import { type AskedFor, candidatesFor } from './candidates.ts';
import type { BusyRange, Catalog } from './catalog.ts';
import { catalog, everyDay, resource, service, taken } from './testing.ts';

const at = (time: string) => Date.parse(`2026-06-17T${time}-05:00`);
const room = (name: string) => resource(name, { kind: 'room' });
const spa = catalog({
  services: [service({ alsoNeeds: ['room'], bufferAfterMinutes: 30 })],
  resources: [resource('Dana'), room('Blue'), resource('Eli'), room('Red')],
});

function tried(shop: Catalog, time: string, asked: AskedFor = {}, busy: BusyRange[] = []): string[] {
  const [wanted = service()] = shop.services;
  return [...candidatesFor(shop, wanted, at(time), asked, createCalendar(busy))].map(({ resource, also }) =>
    [resource, ...also].map(({ name }) => name).join('+'),
  );
}

describe('an appointment that takes a room', () => {
  it('has every room with everybody, each performer’s own first', () => {
    expect(tried(spa, '10:00')).toEqual(['Dana+Blue', 'Dana+Red', 'Eli+Blue', 'Eli+Red']);
  });

  it('leaves out what is taken, buffers included', () => {
    const busy = [taken('blue', at('11:15'), at('12:00')), taken('dana', at('11:30'), at('12:00'))];
    // Eli has less to do that day.
    expect(tried(spa, '10:00', {}, busy)).toEqual(['Eli+Red', 'Dana+Red']);
    expect(tried(spa, '10:30', {}, busy)).toEqual(['Eli+Red']);
  });

  it('has none when no room is open then', () => {
    const night = catalog({
      ...spa,
      resources: [resource('Dana'), resource('Blue', { kind: 'room', weeklyHours: everyDay('12:00', '17:00') })],
    });
    expect(tried(night, '11:30')).toEqual([]);
    expect(tried(night, '12:00')).toEqual(['Dana+Blue']);
  });

  it('asks of a room only that it is open, not that its own grid begins then', () => {
    const odd = catalog({
      ...spa,
      resources: [resource('Dana'), resource('Blue', { kind: 'room', weeklyHours: everyDay('08:10', '17:00') })],
    });
    expect(tried(odd, '10:00')).toEqual(['Dana+Blue']);
  });

  it('is not given by a room, which by itself could be booked for another service', () => {
    const hall = catalog({ ...spa, services: [service()] });
    expect(tried(spa, '10:00').some((one) => one.startsWith('Blue'))).toBe(false);
    expect(tried(hall, '10:00')).toEqual(['Dana', 'Blue', 'Eli', 'Red']);
  });

  it('takes two different people when it needs a second one', () => {
    const pair = catalog({
      services: [service({ alsoNeeds: ['staff'] })],
      resources: [resource('Dana'), resource('Eli')],
    });
    expect(tried(pair, '10:00')).toEqual(['Dana+Eli', 'Eli+Dana']);
    expect(tried(pair, '10:00', {}, [taken('eli', at('10:30'), at('11:00'))])).toEqual([]);
  });
});

describe('who is asked for', () => {
  const team = catalog({ resources: [resource('Dana'), resource('Eli'), resource('Farah')] });

  it('is the only one, or only the first', () => {
    expect(tried(team, '10:00', { resourceId: 'eli' })).toEqual(['Eli']);
    expect(tried(team, '10:00', { resourceId: 'eli', anyResource: true })).toEqual(['Eli', 'Dana', 'Farah']);
    expect(tried(team, '10:00', { resourceId: 'eli' }, [taken('eli', at('10:00'), at('11:00'))])).toEqual([]);
  });

  it('leaves out whoever has had enough that day', () => {
    const capped = catalog({ resources: [resource('Dana', { maxPerDay: 1 }), resource('Eli')] });
    expect(tried(capped, '10:00', {}, [taken('dana', at('15:00'), at('16:00'))])).toEqual(['Eli']);
  });

  it('goes by turns when that is the rule', () => {
    const turns = catalog({
      rules: { assignment: 'round_robin' },
      resources: [
        resource('Dana', { lastGivenMs: 300 }),
        resource('Eli', { lastGivenMs: 100 }),
        resource('Farah'),
        resource('Gil', { lastGivenMs: 200 }),
      ],
    });
    expect(tried(turns, '10:00')).toEqual(['Farah', 'Eli', 'Gil', 'Dana']);
  });
});
