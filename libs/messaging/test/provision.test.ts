// Pins: a second start that fails or loses data because everything is there already; an outside NATS that is accepted
// although something is missing.
import { EVENTS_STREAM } from '@frontdesk/contracts/event';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { nanos } from 'nats';
import { expect, test } from 'vitest';
import { checkNats } from '../../../deploy/nats/check.ts';
import { provision } from '../../../deploy/nats/provision.ts';
import { connectWithCreds } from '../../../deploy/nats/testing.ts';
import { ownNats } from './own-nats.ts';

const own = ownNats();

test('provisioning again changes nothing and loses nothing', async () => {
  await using stack = new AsyncDisposableStack();
  const admin = await own.admin(stack);
  await jetstream(admin).publish('events.b1.call.started', '{}');
  await provision(admin);
  await provision(admin, { eventsMaxAgeMs: 3_600_000 });
  const { state, config } = await (await jetstreamManager(admin)).streams.info(EVENTS_STREAM);
  expect(state.messages).toBe(1);
  expect(config.max_age).toBe(nanos(3_600_000));
  expect(await checkNats(admin)).toEqual([]);
});

test('the check names everything that is missing or different', async () => {
  await using stack = new AsyncDisposableStack();
  const admin = await own.admin(stack);
  const manager = await jetstreamManager(admin);
  await manager.streams.delete('KV_calls');
  await manager.streams.update('KV_lines', { max_age: nanos(60_000) });
  await manager.streams.update(EVENTS_STREAM, { subjects: ['events.>'] });
  const problems = await checkNats(admin);
  expect(problems).toEqual([
    expect.stringContaining('the stream EVENTS keeps events.>'),
    expect.stringContaining('the bucket calls is missing'),
    expect.stringContaining('the bucket lines has another time to live'),
  ]);
  await provision(admin);
  expect(await checkNats(admin)).toEqual([]);
});

test('an account without JetStream is found out', async () => {
  const system = await connectWithCreds(own.nats.url, own.nats.systemCreds);
  expect(await checkNats(system)).toEqual([expect.stringContaining('JetStream cannot be used')]);
  await system.close();
});
