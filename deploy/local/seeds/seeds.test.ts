// Pins: a seed that the contract it is sent to would refuse, or that names a service it does not have.
import { randomUUID } from 'node:crypto';
import { putBookingRules } from '@frontdesk/contracts/booking/put-booking-rules';
import { putResource } from '@frontdesk/contracts/booking/put-resource';
import { putService } from '@frontdesk/contracts/booking/put-service';
import { createBusiness } from '@frontdesk/contracts/business-profile/create-business';
import { putKnowledge } from '@frontdesk/contracts/business-profile/put-knowledge';
import { expect, test } from 'vitest';
import { seeds } from './seeds.ts';

const twilio = { accountSid: `AC${'0'.repeat(32)}`, authToken: '0123456789abcdef' };

test.each(seeds.map((seed) => [seed.business.businessId, seed] as const))('%s fits the contracts', (_id, seed) => {
  createBusiness.request.parse({ ...seed.business, twilio });
  putBookingRules.request.parse({ ...seed.rules, timeZone: seed.business.timeZone });
  for (const document of seed.knowledge) putKnowledge.request.parse(document);
  for (const service of seed.services) putService.request.parse(service);
  const names = seed.services.map((service) => service.name);
  for (const { services, ...resource } of seed.resources) {
    expect(names).toEqual(expect.arrayContaining(services));
    putResource.request.parse({ ...resource, serviceIds: services.map(() => randomUUID()) });
  }
});

test('no two businesses share an id or a number', () => {
  const ids = seeds.map((seed) => seed.business.businessId);
  const numbers = seeds.flatMap((seed) => seed.business.numbers);
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(numbers).size).toBe(numbers.length);
});
