/** The businesses that are called, and by whom. */
import { type Seed, workOnWeekdays } from '@frontdesk/deploy/local/seeds/seed.ts';
import { BUSINESSES } from './pace.ts';

const STAFF = ['Dana', 'Miguel', 'Ines', 'Tom'];
const SERVICE = 'Repair visit';

export function loadSeed(index: number, calls: number): Seed {
  return {
    business: {
      businessId: `load-${index + 1}`,
      name: `Harbor Heating ${index + 1}`,
      timeZone: 'America/Chicago',
      // Twice what comes: a limit that is nearly reached makes the search for a free line longer.
      maxConcurrentCalls: 2 * Math.ceil(calls / BUSINESSES) + 5,
      numbers: [calledNumber(index)],
      agent: {
        persona: 'home_services',
        instructions: 'You help people whose heating or cooling needs attention. No heat in winter is urgent.',
        vocabulary: ['furnace', 'heat pump', 'thermostat'],
      },
      openingHours: { weekly: [{ weekday: 1, opens: '08:00', closes: '18:00' }] },
    },
    knowledge: [{ title: 'Prices', text: 'A service visit costs 89 dollars. A furnace tune up costs 129 dollars.' }],
    rules: { minNoticeMinutes: 120, horizonDays: 60, granularityMinutes: 30 },
    services: [{ name: SERVICE, durationMinutes: 30 }],
    resources: STAFF.map((name) => ({
      name,
      services: [SERVICE],
      weeklyHours: workOnWeekdays('08:00', '18:00'),
    })),
  };
}

/** Of the business that call number `call` is for. */
export function calledNumber(call: number): string {
  return `+184755501${String(call % BUSINESSES).padStart(2, '0')}`;
}

export function callingNumber(call: number): string {
  const areas = ['773', '224', '630', '708'];
  return `+1${areas[Math.floor(call / 100) % areas.length]}55501${String(call % 100).padStart(2, '0')}`;
}
