// Pins: a retried request that books twice, and a key that answers a request it was not made for.
import { idempotent } from '@frontdesk/persistence';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { clerk, openShop, type ShopFixture, visit } from './shop.ts';

let shop: ShopFixture;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop[Symbol.asyncDispose]());

const replySchema = z.object({ id: z.string(), code: z.string() });
let works = 0;

/** Books visit `id` and answers with a code that differs each time the work really runs. */
function book(
  businessId: string,
  key: string,
  id: string,
  options: { hour?: number; after?: () => Promise<void> } = {},
) {
  return shop.db.asTenant(businessId, clerk, async (tx) => {
    const request = { id, hour: options.hour ?? 0 };
    const reply = await idempotent(tx, { businessId, key, operation: 'book', replySchema, request }, async () => {
      works += 1;
      await tx
        .insertInto('visit')
        .values(visit(businessId, id, request.hour))
        .execute();
      return { id, code: `code-${works}` };
    });
    await options.after?.();
    return reply;
  });
}

const visitsOf = (businessId: string) =>
  shop.db.asTenant(businessId, clerk, (tx) => tx.selectFrom('visit').select('id').orderBy('id').execute());

test('a repeat gets the first answer and changes nothing', async () => {
  const first = await book('a', 'k1', 'v1');
  expect(await book('a', 'k1', 'v1')).toEqual(first);
  expect(await visitsOf('a')).toEqual([{ id: 'v1' }]);
});

test('the same key with another request is refused', async () => {
  await book('b', 'k1', 'v1');
  await expect(book('b', 'k1', 'v2', { hour: 5 })).rejects.toMatchObject({ name: 'WireError', code: 'conflict' });
  expect(await visitsOf('b')).toEqual([{ id: 'v1' }]);
});

test('the order of a request’s fields is no other request', async () => {
  const ask = (request: unknown) =>
    shop.db.asTenant('b', clerk, (tx) =>
      idempotent(
        tx,
        { businessId: 'b', key: 'k9', operation: 'book', replySchema: z.number(), request },
        async () => 1,
      ),
    );
  await ask({ x: 1, y: { p: 1, q: 2 } });
  expect(await ask({ y: { q: 2, p: 1 }, x: 1 })).toBe(1);
});

test('a crash before the commit leaves no claim: the retry does the work, once', async () => {
  const crash = book('c', 'k1', 'v1', {
    after: async () => {
      throw new Error('the process died here');
    },
  });
  await expect(crash).rejects.toThrow('the process died here');
  expect(await visitsOf('c')).toEqual([]);
  await book('c', 'k1', 'v1');
  expect(await visitsOf('c')).toEqual([{ id: 'v1' }]);
});

test('a crash after the commit, before the answer: the retry is told what happened', async () => {
  const lostAnswer = await book('d', 'k1', 'v1');
  const worksBefore = works;
  expect(await book('d', 'k1', 'v1')).toEqual(lostAnswer);
  expect(works).toBe(worksBefore);
});

test('a connection lost in the middle of the work leaves neither claim nor effect', async () => {
  const lost = shop.db.asTenant('e', clerk, (tx) =>
    idempotent(
      tx,
      { businessId: 'e', key: 'k1', operation: 'book', replySchema, request: { id: 'v1', hour: 0 } },
      async () => {
        await tx.insertInto('visit').values(visit('e', 'v1')).execute();
        await sql`select pg_terminate_backend(pg_backend_pid())`.execute(tx);
        return { id: 'v1', code: 'never' };
      },
    ),
  );
  await expect(lost).rejects.toMatchObject({ name: 'WireError', code: 'unavailable' });
  await book('e', 'k1', 'v1');
  expect(await visitsOf('e')).toEqual([{ id: 'v1' }]);
});

test('two tries at the same moment have one effect and one answer', async () => {
  const replies = await Promise.all(Array.from({ length: 6 }, () => book('f', 'k1', 'v1')));
  expect(new Set(replies.map((reply) => reply.code)).size).toBe(1);
  expect(await visitsOf('f')).toEqual([{ id: 'v1' }]);
});

test('a repeat whose first try goes on is told that nobody knows yet, and not that nothing was done', async () => {
  const { promise: finished, resolve: finish } = Promise.withResolvers<void>();
  const { promise: atWork, resolve: begun } = Promise.withResolvers<void>();
  const first = book('slow', 'k1', 'v1', {
    after: () => {
      begun();
      return finished;
    },
  });
  await atWork;
  await expect(book('slow', 'k1', 'v1')).rejects.toMatchObject({ name: 'WireError', code: 'deadline' });
  finish();
  expect(await book('slow', 'k1', 'v1')).toEqual(await first);
  expect(await visitsOf('slow')).toEqual([{ id: 'v1' }]);
});

test('keys belong to one business and one operation', async () => {
  const one = await book('g', 'k1', 'v1');
  const other = await book('h', 'k1', 'v1');
  expect(other.code).not.toBe(one.code);
  const cancelled = await shop.db.asTenant('g', clerk, (tx) =>
    idempotent(tx, { businessId: 'g', key: 'k1', operation: 'cancel', replySchema: z.boolean() }, async () => true),
  );
  expect(cancelled).toBe(true);
});
