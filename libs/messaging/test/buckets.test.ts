// Pins: a key taken by two, an update that overwrites a newer one, a watch that misses a change or never catches up.
import { randomBytes } from 'node:crypto';
import { calls } from '@frontdesk/contracts/kv/calls';
import { directory } from '@frontdesk/contracts/kv/directory';
import { lineKey, lines } from '@frontdesk/contracts/kv/lines';
import { jetstream } from '@nats-io/jetstream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { newBusinessId } from './business.ts';
import { ownNats } from './own-nats.ts';

const own = ownNats();
let stack = new AsyncDisposableStack();
const call = () => ({ callSid: `CA${randomBytes(16).toString('hex')}` });

beforeEach(() => {
  stack = new AsyncDisposableStack();
});
afterEach(() => stack.disposeAsync());

async function openLines(service = 'gateway') {
  return (await own.connect(service, stack)).bucket(lines);
}

test('of many who create a key one gets it, with a revision that only rises', async () => {
  const buckets = await Promise.all([openLines(), openLines(), openLines('media-bridge')]);
  const key = lineKey(newBusinessId(), 0);
  const results = await Promise.all(Array.from({ length: 30 }, (_, i) => buckets[i % 3]?.create(key, call())));
  const won = results.filter((revision) => revision !== undefined);
  expect(won).toHaveLength(1);
  const [bucket] = buckets;
  expect(await bucket?.delete(key)).toBe(true);
  expect(await bucket?.get(key)).toBeUndefined();
  expect(await bucket?.create(key, call())).toBeGreaterThan(won[0] ?? Number.POSITIVE_INFINITY);
});

test('an update or delete of an older revision changes nothing', async () => {
  const bucket = await openLines();
  const key = lineKey(newBusinessId(), 0);
  const first = (await bucket.create(key, call())) ?? 0;
  const value = call();
  const second = (await bucket.update(key, value, first)) ?? 0;
  expect(second).toBeGreaterThan(first);
  expect(await bucket.update(key, call(), first)).toBeUndefined();
  expect(await bucket.delete(key, first)).toBe(false);
  expect(await bucket.get(key)).toEqual({ value, revision: second });
  expect(await bucket.delete(key, second)).toBe(true);
});

test('values are checked both ways', async () => {
  const bucket = await openLines();
  const key = lineKey(newBusinessId(), 0);
  await expect(bucket.put(key, { callSid: 'nonsense' })).rejects.toMatchObject({ code: 'invalid' });
  await jetstream(await own.admin(stack)).publish(`$KV.lines.${key}`, '{"callSid":"nonsense"}');
  await expect(bucket.get(key)).rejects.toMatchObject({ code: 'invalid' });
});

test('keys are found by a filter, deleted ones are not', async () => {
  const bucket = await openLines();
  const [mine, other] = [newBusinessId(), newBusinessId()];
  for (const key of [lineKey(mine, 0), lineKey(mine, 1), lineKey(mine, 2), lineKey(other, 0)])
    await bucket.put(key, call());
  await bucket.delete(lineKey(mine, 1));
  expect((await bucket.keys(`${mine}.*`)).sort()).toEqual([lineKey(mine, 0), lineKey(mine, 2)]);
  expect(await bucket.keys(`${newBusinessId()}.*`)).toEqual([]);
});

test('a watch reports what is there, says that it is done, then reports every change', async () => {
  const bucket = await openLines();
  const key = lineKey(newBusinessId(), 0);
  const before = call();
  await bucket.put(key, before);
  const seen: unknown[] = [];
  await using _ = await bucket.watch(
    (changed, value) => {
      if (changed === key) seen.push(value);
    },
    { onCaughtUp: () => seen.push('caught up') },
  );
  expect(seen).toEqual([before, 'caught up']);
  const after = call();
  await bucket.put(key, after);
  await bucket.delete(key);
  await vi.waitFor(() => expect(seen).toEqual([before, 'caught up', after, undefined]));
});

test('a watch of an empty bucket catches up at once', async () => {
  const bucket = await (await own.connect('media-bridge', stack)).bucket(calls);
  const caughtUp = vi.fn();
  await using _ = await bucket.watch(() => undefined, { onCaughtUp: caughtUp });
  expect(caughtUp).toHaveBeenCalledOnce();
});

test('a value that does not fit leaves the last good one, and the watch goes on', async () => {
  const bucket = await openLines();
  const key = lineKey(newBusinessId(), 0);
  const seen: unknown[] = [];
  await using _ = await bucket.watch((changed, value) => {
    if (changed === key) seen.push(value);
  });
  const [good, better] = [call(), call()];
  await bucket.put(key, good);
  await jetstream(await own.admin(stack)).publish(`$KV.lines.${key}`, 'nonsense');
  await bucket.put(key, better);
  await vi.waitFor(() => expect(seen).toEqual([good, better]));
});

test('a bucket may be used only by those whose it is', async () => {
  const transcript = await own.connect('transcript', stack);
  await expect((await transcript.bucket(lines)).get('b1.0')).rejects.toMatchObject({ code: 'denied' });
  const gateway = await own.connect('gateway', stack);
  const numbers = await gateway.bucket(directory);
  expect(await numbers.get('13125550142')).toBeUndefined();
  await expect(numbers.delete('13125550142')).rejects.toMatchObject({ code: 'denied' });
});
