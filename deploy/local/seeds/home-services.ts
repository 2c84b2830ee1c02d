import { openOnWeekdays, type Seed, workOnWeekdays } from './seed.ts';

export const homeServices: Seed = {
  business: {
    businessId: 'prairie-comfort',
    name: 'Prairie Comfort',
    timeZone: 'America/Chicago',
    maxConcurrentCalls: 20,
    numbers: ['+13125550142'],
    agent: {
      persona: 'home_services',
      instructions: 'You help people whose heating or cooling needs attention. No heat in winter is urgent.',
      vocabulary: ['Prairie Comfort', 'furnace', 'heat pump', 'thermostat'],
    },
    openingHours: {
      weekly: [...openOnWeekdays('08:00', '18:00'), { weekday: 6, opens: '09:00', closes: '13:00' }],
      holidays: [{ date: '2026-12-25', name: 'Christmas Day' }],
    },
  },
  knowledge: [
    {
      title: 'Service area',
      text: 'We work in Chicago, Evanston and Oak Park. Farther out we come by arrangement.',
    },
    {
      title: 'Prices',
      text: 'A service visit costs 89 dollars. A furnace tune up costs 129 dollars. Parts are quoted before any work begins.',
    },
    {
      title: 'Warranty',
      text: 'Our repairs carry a warranty of two years on parts and one year on labor.',
    },
    {
      title: 'Emergencies',
      text: 'If you smell gas, leave the house first and call the gas company. We come out for heating failures at night.',
    },
  ],
  rules: { minNoticeMinutes: 120, horizonDays: 30, granularityMinutes: 30 },
  services: [
    {
      name: 'Furnace tune up',
      description: 'Cleaning, safety check and adjustment of a furnace.',
      durationMinutes: 60,
      bufferAfterMinutes: 30,
      priceText: '129 dollars',
      skills: ['furnaces'],
    },
    {
      name: 'Repair visit',
      description: 'A technician finds what is wrong and repairs it.',
      durationMinutes: 90,
      bufferAfterMinutes: 30,
      priceText: '89 dollars plus parts',
    },
  ],
  resources: [
    {
      name: 'Dana',
      services: ['Furnace tune up', 'Repair visit'],
      skills: ['furnaces', 'gas lines'],
      languages: ['en'],
      weeklyHours: workOnWeekdays('08:00', '16:30'),
      exceptions: [{ from: '2026-12-24', hours: [{ from: '08:00', to: '12:00' }], reason: 'Christmas Eve' }],
    },
    {
      name: 'Miguel',
      services: ['Repair visit', 'Furnace tune up'],
      skills: ['furnaces', 'heat pumps'],
      languages: ['en', 'es'],
      weeklyHours: workOnWeekdays('09:30', '18:00'),
      exceptions: [{ from: '2026-12-28', until: '2027-01-01', reason: 'vacation' }],
    },
  ],
};
