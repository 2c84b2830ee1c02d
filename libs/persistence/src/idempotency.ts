/**
 * The same request twice has one effect and one answer.
 *
 * The key is claimed by an insert in the same transaction as the effect, so the two exist together or not at all, and a
 * repeat that comes while the first still runs waits for it (bounded by the transaction's lock_timeout) instead of
 * running beside it. A failed request leaves no claim: its repeat is a new try.
 */
import { createHash } from 'node:crypto';
import { WireError } from '@frontdesk/contracts/wire-error';
import { type Kysely, sql } from 'kysely';
import type { z } from 'zod';
import { isLockTimeout } from './errors.ts';
import { tell } from './tell.ts';
import { protectTable } from './tenancy.ts';
import type { TenantTransaction } from './transaction.ts';

/** Creates `<schema>.idempotency`. Called by migrations, therefore frozen. */
export async function createIdempotency(db: Kysely<unknown>, schema: string): Promise<void> {
  const table = sql.id(schema, 'idempotency');
  await sql`create table ${table} (
    business_id text not null,
    operation text not null,
    key text not null check (length(key) between 1 and 200),
    request_hash text not null,
    reply jsonb,
    created_at timestamptz not null default now(),
    primary key (business_id, operation, key)
  )`.execute(db);
  await sql`create index on ${table} (created_at)`.execute(db);
  await protectTable(db, schema, 'idempotency', {
    tenant: ['select', 'insert', 'update'],
    system: ['select', 'delete'],
  });
}

export interface IdempotentRequest<Reply> {
  businessId: string;
  /** The asker's, the same on every try. */
  key: string;
  /** Names what is done; the same key may be used for another operation. */
  operation: string;
  replySchema: z.ZodType<Reply>;
  /** What was asked. The same key with something else is refused: two different requests cannot share an answer. */
  request?: unknown;
}

/**
 * Runs `work` once per key and gives later tries the stored reply.
 *
 * @throws WireError `conflict` when the key was used for another request; `deadline` when the same request is at work
 * for longer than this one may wait: it may or may not be done
 */
export async function idempotent<DB, Reply>(
  tx: TenantTransaction<DB>,
  { businessId, key, operation, replySchema, request }: IdempotentRequest<Reply>,
  work: () => Promise<Reply>,
): Promise<Reply> {
  const requestHash = hashOf(request);
  const claim = await sql`insert into idempotency (business_id, operation, key, request_hash)
    values (${businessId}, ${operation}, ${key}, ${requestHash})
    on conflict (business_id, operation, key) do nothing`
    .execute(tx)
    .catch((error: unknown) => {
      // Not `unavailable`: the asker would say that nothing was done.
      if (isLockTimeout(error)) throw new WireError('deadline', 'the same request is still at work', { cause: error });
      throw error;
    });

  if (claim.numAffectedRows === 1n) {
    const reply = await work();
    const kept = sql`update idempotency set reply = ${JSON.stringify(reply)}::jsonb
      where business_id = ${businessId} and operation = ${operation} and key = ${key}`;
    await tell(tx, kept);
    return reply;
  }

  const stored = await sql<{ request_hash: string; reply: unknown }>`select request_hash, reply from idempotency
    where business_id = ${businessId} and operation = ${operation} and key = ${key}`.execute(tx);
  const [first] = stored.rows;
  // Retention removed it between the two statements: as for any key that is too old, a new try is the asker's to make.
  if (!first) throw new WireError('unavailable', 'the earlier request was just forgotten, try again');
  if (first.request_hash !== requestHash) {
    throw new WireError('conflict', 'this idempotency key was used for another request');
  }
  return replySchema.parse(first.reply);
}

function hashOf(request: unknown): string {
  return createHash('sha256')
    .update(canonicalJson(request) ?? '')
    .digest('hex');
}

/** JSON whose keys are sorted: the order in which an asker writes its fields is no difference. */
function canonicalJson(value: unknown): string | undefined {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
