import { openOnWeekdays, type Seed, workOnWeekdays } from './seed.ts';

export const mortgage: Seed = {
  business: {
    businessId: 'harbor-lending',
    name: 'Harbor Lending',
    timeZone: 'America/New_York',
    maxConcurrentCalls: 20,
    numbers: ['+12125550117'],
    agent: {
      persona: 'mortgage',
      instructions: 'You arrange talks with loan officers. You never quote a rate and never promise an approval.',
      vocabulary: ['Harbor Lending', 'refinance', 'escrow', 'pre-approval'],
    },
    openingHours: {
      weekly: openOnWeekdays('09:00', '17:30'),
      holidays: [{ date: '2026-12-25', name: 'Christmas Day' }],
    },
  },
  knowledge: [
    {
      title: 'Documents',
      text: 'For a first talk please bring two recent pay stubs, last year’s tax return and a photo identification.',
    },
    {
      title: 'Loans',
      text: 'We arrange fixed and adjustable loans, refinancing, and first time buyer programs in New York and New Jersey.',
    },
    {
      title: 'Pre-approval',
      text: 'A pre-approval usually takes two business days once all documents are here.',
    },
    {
      title: 'Parking',
      text: 'Visitors park free in the garage on Water Street. Take the ticket with you and we stamp it.',
    },
  ],
  rules: { minNoticeMinutes: 60, horizonDays: 45, granularityMinutes: 30 },
  services: [
    {
      name: 'Loan consultation',
      description: 'A first talk with a loan officer, by phone or in the office.',
      durationMinutes: 45,
      bufferAfterMinutes: 15,
      priceText: 'free',
      alsoNeeds: ['room'],
    },
    {
      name: 'Refinance review',
      description: 'A look at an existing loan and what could replace it.',
      durationMinutes: 30,
      priceText: 'free',
    },
  ],
  resources: [
    {
      name: 'Priya',
      services: ['Loan consultation', 'Refinance review'],
      weeklyHours: workOnWeekdays('09:00', '17:00'),
    },
    {
      name: 'Harbor Room',
      kind: 'room',
      services: ['Loan consultation'],
      weeklyHours: workOnWeekdays('09:00', '17:30'),
    },
    { name: 'Walter', services: ['Loan consultation'], weeklyHours: workOnWeekdays('10:00', '17:30') },
  ],
};
