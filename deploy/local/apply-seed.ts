/** Brings a seeded business into a running stack through the services' own requests, as an operator's tool would. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { putBookingRules } from '@frontdesk/contracts/booking/put-booking-rules';
import { putResource } from '@frontdesk/contracts/booking/put-resource';
import { putService } from '@frontdesk/contracts/booking/put-service';
import { createApiKey } from '@frontdesk/contracts/business-profile/create-api-key';
import { createBusiness } from '@frontdesk/contracts/business-profile/create-business';
import { issueEventCredentials } from '@frontdesk/contracts/business-profile/issue-event-credentials';
import { putKnowledge } from '@frontdesk/contracts/business-profile/put-knowledge';
import { NO_BUSINESS } from '@frontdesk/contracts/ids';
import { WireError } from '@frontdesk/contracts/wire-error';
import type { Messaging } from '@frontdesk/messaging';
import type { Seed } from './seeds/seed.ts';
import type { StackFile } from './stack-file.ts';

export type SeededBusiness = StackFile['businesses'][number];

export interface SeedOptions {
  /** The account that owns the businesses' numbers. */
  twilio: { accountSid: string; authToken: string };
  /** Where `<business>.creds` goes. */
  credsDir: string;
}

export async function applySeed(messaging: Messaging, seed: Seed, options: SeedOptions): Promise<SeededBusiness> {
  const { businessId: id, name, timeZone } = seed.business;
  const request = { ...seed.business, twilio: options.twilio };
  await unlessThere(messaging.request(createBusiness, NO_BUSINESS, request, key(id, 'business')));
  for (const document of seed.knowledge) {
    await messaging.request(putKnowledge, id, document, key(id, document.title));
  }
  const closedDates = seed.business.openingHours.holidays;
  await messaging.request(putBookingRules, id, { ...seed.rules, timeZone, closedDates }, key(id, 'rules'));
  const serviceIds = new Map<string, string>();
  for (const service of seed.services) {
    const { serviceId } = await messaging.request(putService, id, service, key(id, service.name));
    serviceIds.set(service.name, serviceId);
  }
  for (const { services, ...resource } of seed.resources) {
    const ids = services.flatMap((service) => serviceIds.get(service) ?? []);
    await messaging.request(putResource, id, { ...resource, serviceIds: ids }, key(id, resource.name));
  }
  const { apiKey } = await messaging.request(createApiKey, id, { name: 'seeded' });
  const access = await messaging.request(issueEventCredentials, id, { name: 'seeded' });
  await mkdir(options.credsDir, { recursive: true });
  const eventCreds = join(options.credsDir, `${id}.creds`);
  await writeFile(eventCreds, access.creds, { mode: 0o600 });
  const [number = ''] = seed.business.numbers;
  return { id, name, number, timeZone, apiKey, eventCreds, eventSubject: access.subject };
}

function key(...parts: string[]): { idempotencyKey: string } {
  return { idempotencyKey: `seed:${parts.join(':')}` };
}

/** In a database that outlives the stack the business may be there from the last time. */
async function unlessThere(creating: Promise<unknown>): Promise<void> {
  try {
    await creating;
  } catch (error) {
    if (!(error instanceof WireError && error.code === 'conflict')) throw error;
  }
}
