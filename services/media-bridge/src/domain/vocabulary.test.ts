import { expect, it } from 'vitest';
import { profile } from './call-session.harness.ts';
import { NOTHING_KNOWN } from './caller-context.ts';
import { vocabularyOf } from './vocabulary.ts';

const id = '0d4cbb0e-93f5-4c5f-9b56-3f3e0a0f6a11';

it('expects the business’s own words first, then its name, the caller’s, services and people, each once', () => {
  const agent = { ...profile.agent, vocabulary: ['Kinzie Street', 'Dana'] };
  const context = {
    ...NOTHING_KNOWN,
    caller: { recall: 'first_name', callerId: id, firstName: 'Alex' } as const,
    services: [{ serviceId: id, name: 'Furnace repair', description: '', durationMinutes: 60, priceText: null }],
    soonestSlots: [
      {
        serviceId: id,
        resourceId: id,
        startsAt: '2026-12-03T20:30:00Z',
        endsAt: '2026-12-03T21:30:00Z',
        serviceName: 'Furnace repair',
        resourceName: 'Dana',
        spoken: 'Thursday, December 3 at 2:30 PM',
      },
    ],
  };
  expect(vocabularyOf({ ...profile, agent }, context)).toEqual([
    'Kinzie Street',
    'Dana',
    'Lakeside Heating',
    'Alex',
    'Furnace repair',
  ]);
});

it('is bounded', () => {
  const agent = { ...profile.agent, vocabulary: Array.from({ length: 100 }, (_, n) => `word ${n}`) };
  expect(vocabularyOf({ ...profile, agent }, NOTHING_KNOWN)).toHaveLength(100);
});
