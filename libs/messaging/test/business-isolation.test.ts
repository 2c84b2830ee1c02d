// Pins: a business that reads another's events, reaches a service, or changes what is stored, with any credentials of
// its own account; and a business that cannot read what is its own.
import { findSlots } from '@frontdesk/contracts/booking/find-slots';
import { EVENTS_STREAM } from '@frontdesk/contracts/event';
import { businessEventAccess, createBusinessConsumer, EVENTS_API_PREFIX, type Messaging } from '@frontdesk/messaging';
import { AckPolicy, DeliverPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { decode, encodeAccount } from '@nats-io/jwt';
import { createAccount, fromSeed } from '@nats-io/nkeys';
import {
  type Msg,
  type NatsConnection,
  NoRespondersError,
  nanos,
  PermissionViolationError,
  type Subscription,
  TimeoutError,
} from 'nats';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import {
  accountOf,
  addBusiness,
  connectAs,
  push,
  reportCall,
  type TestBusiness,
  unrestrictedUser,
} from './business.ts';
import { ownNats } from './own-nats.ts';

const own = ownNats();
const closing = new AsyncDisposableStack();
let bridge: Messaging;
let mine: TestBusiness;
let other: TestBusiness;
/** Everything of the services' account that a business must never cause: seen by its administrator. */
let admin: NatsConnection;
const reached: string[] = [];
const served = vi.fn(async () => ({ exact: true, timeZone: 'America/Chicago', slots: [] }));

beforeAll(async () => {
  bridge = await own.connect('media-bridge', closing);
  const booking = await own.connect('booking', closing);
  await booking.serve(findSlots, served);
  [mine, other] = [await addBusiness(own.nats), await addBusiness(own.nats)];
  admin = await own.admin(closing);
  admin.subscribe('rpc.>', { callback: (_, message) => void reached.push(message.subject) });
  admin.subscribe('events.>', { callback: (_, message) => void reached.push(message.subject) });
  await admin.flush();
  await reportCall(bridge, mine.id, '1');
  await reportCall(bridge, other.id, '2');
});

afterAll(() => closing.disposeAsync());

/** Connects, and closes with the test. */
async function client(creds: string, stack: AsyncDisposableStack): Promise<NatsConnection> {
  const connection = await connectAs(own.nats, creds);
  stack.defer(() => connection.close());
  return connection;
}

const jetStreamRefusal = z.object({ error: z.object({ description: z.string() }) });

/**
 * What a request came to. `nothing there` is what an account without JetStream and without the import gets: nobody
 * listens, nobody answers, or the server itself says that this account has no JetStream.
 */
async function outcome(attempt: Promise<Msg>): Promise<string> {
  try {
    const text = (await attempt).string();
    const refusal = text.startsWith('{') ? jetStreamRefusal.safeParse(JSON.parse(text)) : undefined;
    return refusal?.success && /not enabled for account/.test(refusal.data.error.description) ? 'nothing there' : text;
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    if (cause instanceof PermissionViolationError) return 'not permitted';
    if (cause instanceof NoRespondersError || error instanceof TimeoutError) return 'nothing there';
    return `${String(error)} ${String(cause)}`;
  }
}

/** Until the server has seen everything this connection sent, and its administrator everything that came of it. */
async function settled(connection: NatsConnection): Promise<void> {
  await connection.flush();
  await admin.flush();
}

async function lastSequence(): Promise<number> {
  return (await (await jetstreamManager(admin)).streams.info(EVENTS_STREAM)).state.last_seq;
}

describe('a business reads its own events', () => {
  test('live, by subscribing', async () => {
    await using stack = new AsyncDisposableStack();
    const connection = await client(mine.creds, stack);
    const got: string[] = [];
    connection.subscribe(businessEventAccess(mine.id).subject, {
      callback: (_, message) => void got.push(message.json<{ subject: string }>().subject),
    });
    await connection.flush();
    await reportCall(bridge, other.id, '3');
    const callSid = await reportCall(bridge, mine.id, '4');
    await vi.waitFor(() => expect(got).toEqual([callSid]), { timeout: 3_000 });
  });

  test('from the start, from its durable consumer, and acknowledges them', async () => {
    const business = await addBusiness(own.nats);
    const sent = [await reportCall(bridge, business.id, '5'), await reportCall(bridge, business.id, '6')];
    await using stack = new AsyncDisposableStack();
    const { stream, consumer, apiPrefix } = businessEventAccess(business.id);
    const js = jetstream(await client(business.creds, stack), { apiPrefix });
    const pulled: string[] = [];
    const durable = await js.consumers.get(stream, consumer);
    for await (const message of await durable.fetch({ max_messages: 2, expires: 3_000 })) {
      pulled.push(message.json<{ subject: string }>().subject);
      expect(await message.ackAck()).toBe(true);
    }
    expect(pulled).toEqual(sent);
    const { num_ack_pending, num_pending } = await durable.info();
    expect({ num_ack_pending, num_pending }).toEqual({ num_ack_pending: 0, num_pending: 0 });
  });

  test('many at once, as a client that consumes without end does', async () => {
    const business = await addBusiness(own.nats);
    const sent: string[] = [];
    for (const digit of 'abcdef') sent.push(await reportCall(bridge, business.id, digit));
    await using stack = new AsyncDisposableStack();
    const { stream, consumer, apiPrefix } = businessEventAccess(business.id);
    const js = jetstream(await client(business.creds, stack), { apiPrefix });
    const messages = await (await js.consumers.get(stream, consumer)).consume();
    const pulled: string[] = [];
    for await (const message of messages) {
      pulled.push(message.json<{ subject: string }>().subject);
      message.ack();
      if (pulled.length === sent.length) break;
    }
    expect(pulled).toEqual(sent);
  });
});

// Each attempt is made twice: with the credentials a business is given, whose subject lists already forbid it, and with
// those of a user that may do everything inside the business's account, which the account's walls must stop.
describe.each([
  { who: 'with its credentials', credsOf: async () => mine.creds, refusal: 'not permitted' },
  { who: 'with an unrestricted user of its account', credsOf: () => unrestrictedUser(mine), refusal: 'nothing there' },
])('a business, $who,', ({ credsOf, refusal }) => {
  const stack = new AsyncDisposableStack();
  let connection: NatsConnection;
  beforeAll(async () => {
    connection = await client(await credsOf(), stack);
  });
  afterAll(() => stack.disposeAsync());

  test('cannot hear another business, nor any traffic of the services', async () => {
    const heard: string[] = [];
    const listen = (subject: string): Subscription =>
      connection.subscribe(subject, { callback: (_, message) => void heard.push(message?.subject ?? 'refused') });
    const inboxes = ['_INBOX_media-bridge.>', '_INBOX_gateway.>', '_INBOX_admin.>'];
    const wide = ['>', '*.>', 'events.>', 'events.*.>', 'rpc.>', '$JS.>', '$KV.>', '$SRV.>', '$SYS.>', 'signal.>'];
    const listening = [`events.${other.id}.>`, ...wide, ...inboxes].map(listen);
    await connection.flush();
    await reportCall(bridge, other.id, '7');
    await bridge.request(findSlots, other.id, {});
    await settled(connection);
    for (const subscription of listening) subscription.unsubscribe();
    expect(heard.filter((subject) => subject !== 'refused')).toEqual([]);
  });

  test('cannot read another business through the consumer calls', async () => {
    const theirs = businessEventAccess(other.id).consumer;
    for (const prefix of ['$JS.API', EVENTS_API_PREFIX]) {
      for (const call of ['CONSUMER.INFO', 'CONSUMER.MSG.NEXT']) {
        const subject = `${prefix}.${call}.${EVENTS_STREAM}.${theirs}`;
        expect([subject, await outcome(connection.request(subject, '', { timeout: 300 }))]).toEqual([subject, refusal]);
      }
    }
  });

  test('cannot ask a service, whatever the subject', async () => {
    await admin.flush();
    const before = reached.length;
    served.mockClear();
    for (const subject of [
      `rpc.v1.booking.find-slots.${mine.id}`,
      `rpc.v1.booking.find-slots.${other.id}`,
      `${EVENTS_API_PREFIX}.rpc.v1.booking.find-slots.${mine.id}`,
      '$SRV.PING',
      '$SRV.INFO.booking',
    ]) {
      expect([subject, await outcome(connection.request(subject, '{}', { timeout: 300 }))]).toEqual([subject, refusal]);
    }
    await settled(connection);
    expect(reached.slice(before)).toEqual([]);
    expect(served).not.toHaveBeenCalled();
  });

  test('cannot have an answer or an event sent to a service by naming it as the reply subject', async () => {
    await reportCall(bridge, mine.id, 'b');
    await admin.flush();
    const before = reached.length;
    served.mockClear();
    const { consumer } = businessEventAccess(mine.id);
    const target = `rpc.v1.booking.find-slots.${mine.id}`;
    // The same subject inside the business's own account: there the answers do arrive.
    await using listener = new AsyncDisposableStack();
    const inside: string[] = [];
    const insider = await client(await unrestrictedUser(mine), listener);
    insider.subscribe(target, { callback: (_, message) => void inside.push(message.subject) });
    await insider.flush();
    const allowed = [
      `${EVENTS_API_PREFIX}.CONSUMER.MSG.NEXT.${EVENTS_STREAM}.${consumer}`,
      `${EVENTS_API_PREFIX}.CONSUMER.INFO.${EVENTS_STREAM}.${consumer}`,
      `$JS.ACK.${EVENTS_STREAM}.${consumer}.1.1.1.1.0`,
      `$JS.ACK._.x.${EVENTS_STREAM}.${consumer}.1.1.1.1.0.x`,
    ];
    for (const subject of allowed) {
      for (const reply of [target, `events.${other.id}.call.forged`, '$KV.directory.13125550142']) {
        connection.publish(subject, JSON.stringify({ batch: 5, no_wait: true }), { reply });
      }
    }
    await settled(connection);
    await vi.waitFor(() => expect(inside.length).toBeGreaterThan(0), { timeout: 3_000 });
    await settled(connection);
    expect(reached.slice(before)).toEqual([]);
    expect(served).not.toHaveBeenCalled();
  });

  test('cannot have a consumer push events to a service', async () => {
    const body = JSON.stringify({
      stream_name: EVENTS_STREAM,
      config: { name: 'steal', deliver_subject: 'rpc.v1.booking.find-slots.b1', ack_policy: 'none' },
    });
    for (const prefix of ['$JS.API', EVENTS_API_PREFIX]) {
      for (const call of [
        `CONSUMER.CREATE.${EVENTS_STREAM}`,
        `CONSUMER.CREATE.${EVENTS_STREAM}.steal`,
        `CONSUMER.CREATE.${EVENTS_STREAM}.steal.events.*.>`,
        `CONSUMER.DURABLE.CREATE.${EVENTS_STREAM}.${businessEventAccess(mine.id).consumer}`,
      ]) {
        expect([call, await outcome(connection.request(`${prefix}.${call}`, body))]).toEqual([call, refusal]);
      }
    }
  });

  test('cannot create, change, read, purge or delete streams and consumers', async () => {
    const before = await lastSequence();
    const { consumer } = businessEventAccess(mine.id);
    const calls = [
      'INFO',
      'STREAM.NAMES',
      'STREAM.LIST',
      'STREAM.CREATE.MINE',
      `STREAM.UPDATE.${EVENTS_STREAM}`,
      `STREAM.INFO.${EVENTS_STREAM}`,
      `STREAM.PURGE.${EVENTS_STREAM}`,
      `STREAM.DELETE.${EVENTS_STREAM}`,
      `STREAM.MSG.GET.${EVENTS_STREAM}`,
      `STREAM.MSG.DELETE.${EVENTS_STREAM}`,
      `DIRECT.GET.${EVENTS_STREAM}`,
      'STREAM.MSG.GET.KV_directory',
      'DIRECT.GET.KV_directory.$KV.directory.13125550142',
      `CONSUMER.NAMES.${EVENTS_STREAM}`,
      `CONSUMER.DELETE.${EVENTS_STREAM}.${consumer}`,
      `CONSUMER.DELETE.${EVENTS_STREAM}.${businessEventAccess(other.id).consumer}`,
    ];
    for (const prefix of ['$JS.API', EVENTS_API_PREFIX]) {
      for (const call of calls) {
        const result = await outcome(connection.request(`${prefix}.${call}`, '{}', { timeout: 300 }));
        expect([call, result]).toEqual([call, refusal]);
      }
    }
    expect(await lastSequence()).toBe(before);
    const manager = await jetstreamManager(admin);
    for (const { id } of [mine, other]) {
      expect((await manager.consumers.info(EVENTS_STREAM, businessEventAccess(id).consumer)).name).toBeTruthy();
    }
  });

  test('cannot forge an event, its own or another’s, nor write to a bucket', async () => {
    const before = await lastSequence();
    await admin.flush();
    const seen = reached.length;
    const forged = JSON.stringify({ specversion: '1.0', id: 'forged' });
    for (const subject of [
      `events.${mine.id}.call.started`,
      `events.${other.id}.call.started`,
      '$KV.directory.13125550142',
      'deadletters.transcript',
    ]) {
      expect([subject, await outcome(connection.request(subject, forged, { timeout: 300 }))]).toEqual([
        subject,
        refusal,
      ]);
    }
    await settled(connection);
    expect(await lastSequence()).toBe(before);
    expect(reached.slice(seen)).toEqual([]);
  });

  test('cannot change accounts', async () => {
    const taken = await accountOf(own.nats, other.id, { accountSeed: mine.account.accountSeed });
    const attempt = connection.request('$SYS.REQ.CLAIMS.UPDATE', taken.accountJwt, { timeout: 300 });
    expect(await outcome(attempt)).toBe(refusal);
  });
});

test('the observer sees what is permitted: a service that asks reaches the one it asks', async () => {
  const before = reached.length;
  await bridge.request(findSlots, mine.id, {});
  await vi.waitFor(() => expect(reached.slice(before)).toContain(`rpc.v1.booking.find-slots.${mine.id}`));
});

describe('an account is only what the operator and the services signed', () => {
  const signedByOperator = (name: string, imports: Parameters<typeof encodeAccount>[2]) => {
    const operator = fromSeed(new TextEncoder().encode(own.nats.operatorSeed));
    const account = createAccount();
    return encodeAccount(
      name,
      account,
      { limits: { subs: -1, conn: -1, imports: -1 }, ...imports },
      { signer: operator },
    ).then((accountJwt) => ({ accountSeed: new TextDecoder().decode(account.getSeed()), publicKey: '', accountJwt }));
  };

  test('without an activation token an import delivers nothing', async () => {
    const account = await signedByOperator('no token', {
      imports: [
        {
          name: 'events',
          type: 'stream',
          subject: `events.${mine.id}.>`,
          account: own.nats.servicesAccount,
        },
      ],
    });
    expect(await hears(account, mine.id)).toEqual([]);
  });

  test('with the token of another account an import delivers nothing', async () => {
    const { servicesAccount } = own.nats;
    const tokenOf = (await importsOf(mine)).find((item) => item.type === 'stream')?.token;
    const account = await signedByOperator('stolen token', {
      imports: [
        { name: 'events', type: 'stream', subject: `events.${mine.id}.>`, account: servicesAccount, token: tokenOf },
      ],
    });
    expect(await hears(account, mine.id)).toEqual([]);
  });

  test('one that the operator did not sign lets nobody in', async () => {
    const account = createAccount();
    const accountSeed = new TextDecoder().decode(account.getSeed());
    const accountJwt = await encodeAccount('self-made', account, { limits: { subs: -1, conn: -1 } });
    // Servers before 2.10 store what they are given and judge it when somebody connects.
    await push(own.nats, accountJwt).catch((error: unknown) => expect(String(error)).toMatch(/refused/));
    const creds = await unrestrictedUser({ ...mine, account: { accountSeed, publicKey: '', accountJwt } });
    await expect(connectAs(own.nats, creds)).rejects.toThrow(/authorization/i);
  });

  /** What an unrestricted user of this account hears when an event of the business is published. */
  async function hears(account: TestBusiness['account'], businessId: string): Promise<string[]> {
    const { accountJwt } = account;
    // A server may refuse the account outright; then there is nothing to hear.
    if (
      !(await push(own.nats, accountJwt).then(
        () => true,
        () => false,
      ))
    )
      return [];
    await using stack = new AsyncDisposableStack();
    const creds = await unrestrictedUser({ id: businessId, account, creds: '', userPublicKey: '' });
    const connection = await client(creds, stack);
    const heard: string[] = [];
    connection.subscribe('>', { callback: (_: Error | null, message: Msg) => void heard.push(message.subject) });
    await connection.flush();
    await reportCall(bridge, businessId, '8');
    await settled(connection);
    return heard;
  }
});

async function importsOf(business: TestBusiness) {
  const { nats } = decode<{ imports: { type: string; token: string }[] }>(business.account.accountJwt);
  return nats.imports ?? [];
}

test('revoked credentials are cut off at once, new ones work', async () => {
  const business = await addBusiness(own.nats);
  await using stack = new AsyncDisposableStack();
  const connection = await client(business.creds, stack);
  const { accountSeed } = business.account;
  const now = Math.floor(Date.now() / 1_000);
  await push(
    own.nats,
    (await accountOf(own.nats, business.id, { accountSeed, revoked: { [business.userPublicKey]: now } })).accountJwt,
  );
  await expect(connection.closed()).resolves.toBeInstanceOf(Error);
  await expect(connectAs(own.nats, business.creds)).rejects.toThrow(/authorization/i);
  const later = await unrestrictedUser(business);
  await client(later, stack);
});

test('a new business is added while others are connected, without disturbing them', async () => {
  await using stack = new AsyncDisposableStack();
  const connection = await client(mine.creds, stack);
  const got: string[] = [];
  connection.subscribe(businessEventAccess(mine.id).subject, {
    callback: (_, message) => void got.push(message.subject),
  });
  await connection.flush();
  await addBusiness(own.nats);
  const before = connection.stats().inMsgs;
  await reportCall(bridge, mine.id, '9');
  await vi.waitFor(() => expect(got).toHaveLength(1));
  expect(connection.stats().inMsgs - before).toBe(1);
});

test('the durable of a business can be created again without losing its place', async () => {
  const business = await addBusiness(own.nats);
  await reportCall(bridge, business.id, 'a');
  await using stack = new AsyncDisposableStack();
  const { stream, consumer, apiPrefix } = businessEventAccess(business.id);
  const durable = await jetstream(await client(business.creds, stack), { apiPrefix }).consumers.get(stream, consumer);
  const first = await durable.next({ expires: 2_000 });
  expect(await first?.ackAck()).toBe(true);
  await createBusinessConsumer(admin, business.id);
  expect((await durable.info()).num_pending).toBe(0);
  const { config } = await (await jetstreamManager(admin)).consumers.info(stream, consumer);
  expect(config).toMatchObject({
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    ack_wait: nanos(30_000),
  });
});
