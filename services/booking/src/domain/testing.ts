/** Catalogs for the tests of this folder. */
import type { BusyRange, Catalog, Resource, Service } from './catalog.ts';

export function service(overrides: Partial<Service> = {}): Service {
  return {
    serviceId: 'tune-up',
    name: 'Tune-up',
    description: '',
    durationMinutes: 60,
    bufferBeforeMinutes: 0,
    bufferAfterMinutes: 0,
    priceText: null,
    skills: [],
    alsoNeeds: [],
    place: 'on_site',
    ...overrides,
  };
}

/** Works 09:00 to 17:00 every day unless told otherwise. */
export function resource(name: string, overrides: Partial<Resource> = {}): Resource {
  return {
    resourceId: name.toLowerCase(),
    name,
    kind: 'staff',
    serviceIds: ['tune-up'],
    skills: [],
    languages: [],
    weeklyHours: everyDay('09:00', '17:00'),
    exceptions: [],
    maxPerDay: null,
    lastGivenMs: null,
    ...overrides,
  };
}

export function everyDay(from: string, to: string): Resource['weeklyHours'] {
  return [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from, to }));
}

export function catalog(
  overrides: Partial<Omit<Catalog, 'rules'>> & { rules?: Partial<Catalog['rules']> } = {},
): Catalog {
  const { rules, ...rest } = overrides;
  return {
    rules: {
      timeZone: 'America/Chicago',
      minNoticeMinutes: 0,
      horizonDays: 14,
      granularityMinutes: 30,
      closedDates: new Set(),
      maxPerDay: null,
      assignment: 'least_busy',
      changeNoticeMinutes: 0,
      lateChanges: 'allowed',
      lateChangeNote: null,
      ...rules,
    },
    services: [service()],
    resources: [resource('Dana')],
    ...rest,
  };
}

let appointments = 0;

/** A time taken by an appointment of its own, which begins when the range does. */
export function taken(resourceId: string, fromMs: number, toMs: number, appointmentId?: string): BusyRange {
  appointments++;
  return { resourceId, fromMs, toMs, startMs: fromMs, appointmentId: appointmentId ?? `appointment-${appointments}` };
}
