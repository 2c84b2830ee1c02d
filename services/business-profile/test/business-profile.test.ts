/**
 * The service as operators, gateways and bridges meet it, with their own permissions, on real NATS and PostgreSQL. Pins
 * what must never happen: a business reachable under two definitions, a number at two businesses, a secret in the
 * clear, another tenant's knowledge or events shown, a directory that stays wrong after a crash.
 *
 * One file, because instances of a service share its queue group: a second file's instance, which has another database,
 * would be given half of this one's requests.
 */

import { authenticateApiKey } from '@frontdesk/contracts/business-profile/authenticate-api-key';
import { createApiKey } from '@frontdesk/contracts/business-profile/create-api-key';
import { issueEventCredentials } from '@frontdesk/contracts/business-profile/issue-event-credentials';
import { putKnowledge } from '@frontdesk/contracts/business-profile/put-knowledge';
import { searchKnowledge } from '@frontdesk/contracts/business-profile/search-knowledge';
import { NO_BUSINESS } from '@frontdesk/contracts/ids';
import { directory, directoryKey } from '@frontdesk/contracts/kv/directory';
import { testNats } from '@frontdesk/messaging/testing';
import { createKeyRing, hashApiKey } from '@frontdesk/secrets';
import { jetstream } from '@nats-io/jetstream';
import { connect, credsAuthenticator, type NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { create, definition, type Harness, newBusiness, newNumber, SECRETS_KEYS, startHarness } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness[Symbol.asyncDispose]());

describe('a new business', () => {
  it('is in the directory under each of its numbers when the answer comes', async () => {
    const fallback = { kind: 'human' as const, number: '+13125550177' };
    const wanted = definition({ numbers: [newNumber(), newNumber()], fallback });
    await expect(create(harness, wanted)).resolves.toEqual({ businessId: wanted.businessId });
    for (const number of wanted.numbers) {
      expect(await harness.entry(number)).toMatchObject({
        businessId: wanted.businessId,
        number,
        pool: 'default',
        profile: { name: 'Alder Home Services', timeZone: 'America/Chicago', facts: '', fallback },
      });
    }
  });

  it('has its Twilio token encrypted, in the directory and in the database', async () => {
    const { businessId, number, twilio } = await newBusiness(harness);
    const entry = await harness.entry(number);
    expect(JSON.stringify(entry)).not.toContain(twilio.authToken);
    const sealed = entry?.twilio.authTokenEncrypted ?? '';
    expect(createKeyRing(SECRETS_KEYS).decrypt(sealed, twilio.accountSid)).toBe(twilio.authToken);
    const { rows } = await harness.sql.query('select * from business_profile.businesses where business_id = $1', [
      businessId,
    ]);
    expect(JSON.stringify(rows)).not.toContain(twilio.authToken);
    expect(JSON.stringify(rows)).not.toMatch(/\bSA[A-Z2-7]{56}\b/);
  });

  it('may be created again, also at the same time, but not as something else', async () => {
    const wanted = definition();
    await Promise.all([create(harness, wanted), create(harness, wanted), create(harness, wanted)]);
    await create(harness, wanted);
    for (const change of [
      { name: 'Birch Home Services' },
      { twilio: { ...wanted.twilio, authToken: 'f'.repeat(32) } },
    ]) {
      await expect(create(harness, { ...wanted, ...change })).rejects.toMatchObject({ code: 'conflict' });
    }
    expect(await harness.entry(wanted.numbers[0] ?? '')).toMatchObject({ profile: { name: wanted.name } });
  });

  it('cannot have another’s number, and is not told whose it is', async () => {
    const first = await newBusiness(harness);
    const second = definition({ numbers: [newNumber(), first.number] });
    const failure = await create(harness, second).then(
      () => undefined,
      (error: Error) => error,
    );
    expect(failure).toMatchObject({ code: 'conflict', message: 'one of the numbers is already in use' });
    expect(await harness.entry(first.number)).toMatchObject({ businessId: first.businessId });
    expect(await harness.entry(second.numbers[0] ?? '')).toBeUndefined();
  });

  it('cannot close before it opens', async () => {
    const openingHours = { weekly: [{ weekday: 1, opens: '17:00', closes: '09:00' }] };
    await expect(create(harness, definition({ openingHours }))).rejects.toMatchObject({ code: 'invalid' });
  });
});

describe('knowledge', () => {
  const put = (businessId: string, title: string, text: string) =>
    harness.operator.request(putKnowledge, businessId, { title, text });
  const search = async (businessId: string, query: string) =>
    (await harness.bridge.request(searchKnowledge, businessId, { query })).passages;

  it('that is short is told to every call, and follows its document', async () => {
    const { businessId, number } = await newBusiness(harness);
    const first = await put(businessId, 'Prices', 'A tune-up is $89.');
    const second = await put(businessId, 'PRICES', 'A tune-up is $99.\n\nA repair starts at $150.');
    expect(second).toEqual({ documentId: first.documentId, passages: 2 });
    const entry = await harness.entry(number);
    expect(entry?.profile.facts).toBe('## PRICES\nA tune-up is $99.\n\nA repair starts at $150.');
  });

  it('is found by the words of a question, the best answer first, and not at all when nothing fits', async () => {
    const { businessId } = await newBusiness(harness);
    const text = '# Parking\n\nFree parking is behind the shop.\n\n# Warranty\n\nRepairs are guaranteed for two years.';
    await put(businessId, 'Handbook', text);
    await put(businessId, 'Prices', 'Repairing a furnace costs $150 and parking nothing.');
    const parking = { title: 'Handbook', text: 'Parking: Free parking is behind the shop.' };
    expect((await search(businessId, 'Is there parking behind the shop?'))[0]).toEqual(parking);
    expect(await search(businessId, 'Are the repairs guaranteed?')).toEqual([
      { title: 'Handbook', text: 'Warranty: Repairs are guaranteed for two years.' },
    ]);
    // No passage has every word of this, so those with any of them have to do.
    const anyWord = await search(businessId, 'furnace maintenance prices');
    expect(anyWord[0]?.title).toBe('Prices');
    expect(await search(businessId, 'Do you sell bicycles?')).toEqual([]);
    expect(await search(businessId, '"unclosed & | ! (')).toEqual([]);
  });

  it('is never another business’s', async () => {
    const [mine, theirs] = [await newBusiness(harness), await newBusiness(harness)];
    await put(theirs.businessId, 'Secret', 'The safe is behind the parking lot.');
    expect(await search(mine.businessId, 'safe')).toEqual([]);
    expect(await search('no-such-business', 'safe')).toEqual([]);
    await expect(put('no-such-business', 'Title', 'Text')).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('an API key', () => {
  it('is known by its hash, and nothing else of it is kept', async () => {
    const { businessId } = await newBusiness(harness);
    const { apiKey, keyId } = await harness.operator.request(createApiKey, businessId, { name: 'website' });
    const authenticate = (key: string) =>
      harness.gateway.request(authenticateApiKey, NO_BUSINESS, { keyHash: hashApiKey(key) });
    expect(await authenticate(apiKey)).toEqual({ businessId, keyId });
    await expect(authenticate(`${apiKey.slice(0, -1)}_`)).rejects.toMatchObject({ code: 'denied' });
    const { rows } = await harness.sql.query('select * from business_profile.api_keys where id = $1', [keyId]);
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(apiKey.slice(3));
    await harness.sql.query('update business_profile.api_keys set revoked_at = now() where id = $1', [keyId]);
    await expect(authenticate(apiKey)).rejects.toMatchObject({ code: 'denied' });
  });

  it('is not made for a business that does not exist', async () => {
    await expect(harness.operator.request(createApiKey, 'no-such-business', { name: 'x' })).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

describe('event credentials', () => {
  async function connectAs(businessId: string) {
    const issued = await harness.gateway.request(issueEventCredentials, businessId, { name: 'warehouse' });
    const authenticator = credsAuthenticator(new TextEncoder().encode(issued.creds));
    return { issued, nc: await connect({ servers: testNats().url, authenticator, reconnect: false }) };
  }
  const publish = (businessId: string, text: string) =>
    harness.operator.raw.request(`events.${businessId}.call.started`, text, { timeout: 5_000 });
  /** What a subscription hears by the time that a later event of the same connection has arrived. */
  function listen(nc: NatsConnection, subject: string): string[] {
    const heard: string[] = [];
    nc.subscribe(subject, { callback: (error, message) => void heard.push(error ? `refused` : message.string()) });
    return heard;
  }

  it('read the business’s own events, live and from the start, and no other’s', async () => {
    const [mine, theirs] = [await newBusiness(harness), await newBusiness(harness)];
    await publish(mine.businessId, 'before');
    const { nc, issued } = await connectAs(mine.businessId);
    const heard = listen(nc, issued.subject);
    const overheard = listen(nc, `events.${theirs.businessId}.>`);
    await nc.flush();
    await publish(theirs.businessId, 'not yours');
    await publish(mine.businessId, 'now');
    await vi.waitFor(() => expect(heard).toEqual(['now']), { timeout: 5_000 });
    expect(overheard.filter((text) => text !== 'refused')).toEqual([]);

    const consumer = await jetstream(nc, { apiPrefix: issued.apiPrefix, checkAPI: false }).consumers.get(
      issued.stream,
      issued.consumer,
    );
    const first = await consumer.next({ expires: 5_000 });
    expect(first?.string()).toBe('before');
    await nc.close();
  });

  it('are remembered by the key with which they can be revoked', async () => {
    const { businessId } = await newBusiness(harness);
    const { nc, issued } = await connectAs(businessId);
    await nc.close();
    const { rows } = await harness.sql.query(
      'select name, user_public_key from business_profile.event_credentials where business_id = $1',
      [businessId],
    );
    expect(rows).toEqual([{ name: 'warehouse', user_public_key: expect.stringMatching(/^U[A-Z2-7]{55}$/) }]);
    expect(issued.creds).not.toContain(rows[0].user_public_key);
  });
});

describe('what is derived from the database heals', () => {
  it('when an entry was lost or damaged while the service was away', async () => {
    const [lost, damaged] = [await newBusiness(harness), await newBusiness(harness)];
    await harness.stop();
    const bucket = await harness.operator.bucket(directory);
    const entry = await harness.entry(damaged.number);
    if (!entry) throw new Error('the business is not in the directory');
    await bucket.delete(directoryKey(lost.number));
    await bucket.put(directoryKey(damaged.number), { ...entry, maxConcurrentCalls: 1 });
    await harness.start();
    await vi.waitFor(
      async () => {
        expect(await harness.entry(lost.number)).toMatchObject({ businessId: lost.businessId });
        expect(await harness.entry(damaged.number)).toMatchObject({ maxConcurrentCalls: 10 });
      },
      { timeout: 10_000 },
    );
  });

  it('when a change was committed and the process died before it wrote the directory', async () => {
    const { businessId, number } = await newBusiness(harness);
    await harness.sql.query(
      `update business_profile.businesses set name = 'Cedar', updated_at = clock_timestamp() where business_id = $1`,
      [businessId],
    );
    await vi.waitFor(async () => expect(await harness.entry(number)).toMatchObject({ profile: { name: 'Cedar' } }), {
      timeout: 10_000,
    });
  });

  it('when a number was given up, but never an entry of somebody else’s database', async () => {
    const spare = newNumber();
    const wanted = definition({ numbers: [newNumber(), spare] });
    await create(harness, wanted);
    const entry = await harness.entry(spare);
    if (!entry) throw new Error('the business is not in the directory');
    const foreign = newNumber();
    const bucket = await harness.operator.bucket(directory);
    await bucket.put(directoryKey(foreign), { ...entry, number: foreign, businessId: 'of-another-shard' });
    await harness.sql.query('delete from business_profile.numbers where number = $1', [spare]);
    await vi.waitFor(async () => expect(await harness.entry(spare)).toBeUndefined(), { timeout: 10_000 });
    expect(await harness.entry(foreign)).toMatchObject({ businessId: 'of-another-shard' });
  });

  it('when the NATS server was never told of an account', async () => {
    const { businessId } = await newBusiness(harness);
    await harness.sql.query('update business_profile.businesses set account_pushed_at = null where business_id = $1', [
      businessId,
    ]);
    const pushed = async () => {
      const { rows } = await harness.sql.query(
        'select account_pushed_at is not null as pushed from business_profile.businesses where business_id = $1',
        [businessId],
      );
      return rows[0].pushed;
    };
    await vi.waitFor(async () => expect(await pushed()).toBe(true), { timeout: 10_000 });
  });
});
