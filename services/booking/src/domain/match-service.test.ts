/** Pins that callers need not know a service's exact name, and that the wrong service is never chosen on one shared word. */
import { expect, it } from 'vitest';
import { matchService } from './match-service.ts';
import { service } from './testing.ts';

const services = ['Furnace Repair & Diagnosis', 'Air Conditioner Tune-Up', 'Furnace Cleaning', 'Prêt conseil'].map(
  (name, index) => service({ serviceId: `${index}`, name }),
);

it.each([
  [undefined, 'Furnace Repair & Diagnosis'],
  ['', 'Furnace Repair & Diagnosis'],
  ['an appointment please', 'Furnace Repair & Diagnosis'],
  ['furnace repair', 'Furnace Repair & Diagnosis'],
  ['REPAIRS', 'Furnace Repair & Diagnosis'],
  ['air conditioning tune up', 'Air Conditioner Tune-Up'],
  ['I need a furnace cleaning this week', 'Furnace Cleaning'],
  ['pret conseil', 'Prêt conseil'],
])('%s → %s', (said, expected) => {
  expect(matchService(services, said)?.name).toBe(expected);
});

it.each(['drain cleaning', 'haircut', 'pool and spa repair'])('nothing fits %s', (said) => {
  expect(matchService(services, said)).toBeUndefined();
});

it('knows nothing when there is nothing', () => {
  expect(matchService([], undefined)).toBeUndefined();
});
