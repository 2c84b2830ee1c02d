import { openOnWeekdays, type Seed, workOnWeekdays } from './seed.ts';

export const realEstate: Seed = {
  business: {
    businessId: 'juniper-homes',
    name: 'Juniper Homes',
    timeZone: 'America/Los_Angeles',
    maxConcurrentCalls: 20,
    numbers: ['+13105550128'],
    agent: {
      persona: 'real_estate_buyer',
      audio: 'pcm16',
      greeting: 'Thank you for calling {business}. How can I help you?',
      instructions: 'You help people who look for a home or want to sell one, and arrange viewings and valuations.',
      vocabulary: ['Juniper Homes', 'open house', 'escrow'],
    },
    openingHours: {
      weekly: [...openOnWeekdays('09:00', '18:00'), { weekday: 6, opens: '10:00', closes: '16:00' }],
      holidays: [],
    },
  },
  knowledge: [
    {
      title: 'Commission',
      text: 'When we sell your home our commission is two and a half percent, due at closing.',
    },
    {
      title: 'Open houses',
      text: 'Open houses are on Saturdays from ten to four. No appointment is needed for those.',
    },
    {
      title: 'Areas',
      text: 'We know Santa Monica, Culver City and Pasadena street by street.',
    },
  ],
  rules: { minNoticeMinutes: 180, horizonDays: 21, granularityMinutes: 30 },
  services: [
    {
      name: 'Home viewing',
      description: 'A viewing of one home with an agent.',
      durationMinutes: 45,
      bufferBeforeMinutes: 15,
      bufferAfterMinutes: 15,
      priceText: null,
    },
    {
      name: 'Home valuation',
      description: 'An agent visits and says what the home would sell for.',
      durationMinutes: 60,
      bufferBeforeMinutes: 15,
      bufferAfterMinutes: 15,
      priceText: 'free',
    },
  ],
  resources: [
    {
      name: 'Camille',
      services: ['Home viewing', 'Home valuation'],
      weeklyHours: [...workOnWeekdays('09:00', '17:00'), { weekday: 6, from: '10:00', to: '16:00' }],
    },
    { name: 'Theo', services: ['Home viewing'], weeklyHours: workOnWeekdays('11:00', '18:00') },
  ],
};
