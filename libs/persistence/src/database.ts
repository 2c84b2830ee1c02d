/**
 * A service's database: two roles, two pools, and no query outside a transaction.
 *
 * The tenant is set inside every transaction with set_config(…, true), so it ends with the transaction and a pooler may
 * hand the connection to anybody next. Row-level security does the rest: a query that forgets its WHERE finds the rows
 * of one business, and one without a tenant finds none.
 */
import { businessId as businessIdSchema } from '@frontdesk/contracts/ids';
import { backoff } from '@frontdesk/lifecycle';
import { sql, type Transaction, type TransactionBuilder } from 'kysely';
import pg from 'pg';
import { type Actor, actorText } from './actor.ts';
import { isRetryable, toWireError } from './errors.ts';
import { connectionConfig, openPool, type PersistenceLog } from './pool.ts';
import { checkedSchema } from './roles.ts';
import { rememberSource } from './source.ts';
import type { SystemTransaction, TenantTransaction } from './transaction.ts';
import { transactionSettings } from './transaction-settings.ts';

const SYSTEM_POOL_SIZE = 2;
/** What a session asks is small: no answer by then means that the server is frozen. */
const SESSION_ANSWER_TIMEOUT_MS = 3_000;
const MAX_ATTEMPTS = 5;
const PING_TIMEOUT_MS = 700;
const retryWait = backoff({ baseMs: 10, maxMs: 200, jitter: 0.5 });

export interface DatabaseOptions {
  /** Of the tenant role: row-level security applies. */
  url: string;
  /** Of the service's role for work without a tenant. */
  systemUrl: string;
  /** The service's schema, such as `caller_profile`. */
  schema: string;
  /** Most connections of the tenant role. */
  poolSize?: number;
  log: PersistenceLog;
}

export interface Database<DB> extends AsyncDisposable {
  readonly schema: string;
  /**
   * Runs `fn` in one transaction that sees one business. Serialization failures and deadlocks run it again, so it must
   * have no effects outside the database.
   *
   * @throws WireError `unavailable` when the database is away or too busy; else what `fn` throws, after the rollback
   */
  asTenant<T>(businessId: string, actor: Actor, fn: (tx: TenantTransaction<DB>) => Promise<T>): Promise<T>;
  /**
   * The same for work that only reads, which the server holds it to; nobody waits for such a transaction to end. So an error
   * that `fn` keeps to itself does not show there, as it does with `asTenant`.
   */
  readAsTenant<T>(businessId: string, actor: Actor, fn: (tx: TenantTransaction<DB>) => Promise<T>): Promise<T>;
  /** The same as `asTenant` for work that has no tenant, with the service's system role. */
  asSystem<T>(actor: Actor, fn: (tx: SystemTransaction<DB>) => Promise<T>): Promise<T>;
  /** Whether the database answers. Never rejects. */
  ping(): Promise<boolean>;
  /** A connection of its own for the system role, for session locks and LISTEN. The caller ends it. */
  openSession(name: string): Promise<pg.Client>;
}

export function createDatabase<DB>(options: DatabaseOptions): Database<DB> {
  const { url, systemUrl, poolSize = 8, log } = options;
  const schema = checkedSchema(options.schema);
  const applicationName = `frontdesk-${schema}`;
  const tenants = openPool<DB>({ url, applicationName, size: poolSize, log });
  const system = openPool<DB>({
    url: systemUrl,
    applicationName: `${applicationName}-system`,
    size: SYSTEM_POOL_SIZE,
    log,
  });

  async function transact<T>(
    transaction: () => TransactionBuilder<DB>,
    business: string,
    actor: Actor,
    fn: (tx: Transaction<DB>) => Promise<T>,
  ): Promise<T> {
    const actorSetting = actorText(actor);
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await transaction().execute(async (tx) => {
          await tx.executeQuery(transactionSettings(business, actorSetting, schema));
          rememberSource(tx, schema.replaceAll('_', '-'));
          return fn(tx);
        });
      } catch (error) {
        if (!isRetryable(error) || attempt + 1 >= MAX_ATTEMPTS) throw toWireError(error);
        await new Promise((resolve) => setTimeout(resolve, retryWait(attempt)));
      }
    }
  }

  const writing = () => tenants.transaction();
  const reading = () => tenants.transaction().setAccessMode('read only');
  return {
    schema,
    asTenant: (businessId, actor, fn) =>
      transact(writing, businessIdSchema.parse(businessId), actor, (tx) => fn(tx as TenantTransaction<DB>)),
    readAsTenant: (businessId, actor, fn) =>
      transact(reading, businessIdSchema.parse(businessId), actor, (tx) => fn(tx as TenantTransaction<DB>)),
    asSystem: (actor, fn) =>
      transact(
        () => system.transaction(),
        '',
        actor,
        (tx) => fn(tx as SystemTransaction<DB>),
      ),
    async ping() {
      // Its own connection would prove less: what matters is that a request could get one from the pool.
      const answer = sql`select 1`.execute(tenants).then(
        () => true,
        () => false,
      );
      const { promise: late, resolve } = Promise.withResolvers<boolean>();
      const timer = setTimeout(() => resolve(false), PING_TIMEOUT_MS);
      return Promise.race([answer, late]).finally(() => clearTimeout(timer));
    },
    async openSession(name) {
      const client = new pg.Client({
        ...connectionConfig({ url: systemUrl, applicationName: `${applicationName}-${name}` }),
        query_timeout: SESSION_ANSWER_TIMEOUT_MS,
      });
      // Until its user listens, a loss shows in the next query; without any listener it would end the process.
      client.on('error', () => undefined);
      await client.connect();
      return client;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([tenants.destroy(), system.destroy()]);
    },
  };
}
