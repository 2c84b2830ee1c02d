/** Connections to PostgreSQL as Kysely wants them, with our types and with failures that stay in one connection. */
import type { Logger } from '@frontdesk/observability';
import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely';
import pg from 'pg';
import { isConnectionLoss, isStaleStatement } from './errors.ts';
import { createStatementNames, type StatementNames } from './statement-names.ts';
import { isTold } from './tell.ts';
import { isBeginning, isPreparation, mayOnlyRead } from './transaction-settings.ts';
import { toParameter, typeParsers } from './value-types.ts';

export type PersistenceLog = Pick<Logger, 'info' | 'warn' | 'error'>;

const CONNECT_TIMEOUT_MS = 2_000;
const IDLE_TIMEOUT_MS = 30_000;
/** The server's own statement_timeout is shorter. This one is for a server that is frozen and enforces nothing. */
const ANSWER_TIMEOUT_MS = 7_000;

export interface ConnectOptions {
  url: string;
  applicationName: string;
}

export function connectionConfig({ url, applicationName }: ConnectOptions): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: ANSWER_TIMEOUT_MS,
    keepAlive: true,
    types: typeParsers,
  };
}

export function openPool<DB>(options: ConnectOptions & { size: number; log: PersistenceLog }): Kysely<DB> {
  const { size, log } = options;
  const pool = new pg.Pool({
    ...connectionConfig(options),
    max: size,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    // Statements are written as they are asked for, not when the one before was answered.
    pipeline: true,
  });
  // Without a listener a connection that dies while idle would end the process. The pool replaces it by itself.
  pool.on('error', (error) => log.warn({ err: error, event: 'idle_connection_lost' }, 'lost an idle connection'));
  return new Kysely<DB>({ dialect: new PostgresDialect({ pool: adapt(pool) }) });
}

function adapt(pool: pg.Pool): PostgresPool {
  // Kysely keeps its state per client object, so each pg client needs one wrapper for life.
  const wrappers = new WeakMap<pg.PoolClient, PostgresPoolClient>();
  const names = createStatementNames();
  return {
    options: {},
    async connect() {
      const client = await pool.connect();
      const wrapper = wrappers.get(client) ?? adaptClient(client, names);
      wrappers.set(client, wrapper);
      return wrapper;
    },
    end: () => pool.end(),
  };
}

const NOTHING_SAID = { command: 'SELECT', rowCount: 0, rows: [] } as const;

/** Until this turn's promises have settled; what is asked meanwhile leaves as one piece, and wakes the server once. */
function holdBack(client: pg.PoolClient): void {
  // A pool's clients are of this class, but its types do not say so.
  if (!(client instanceof pg.Client)) throw new TypeError('not a client of the pool');
  const { stream } = client.connection;
  stream.cork();
  process.nextTick(() => stream.uncork());
}

function adaptClient(client: pg.PoolClient, names: StatementNames): PostgresPoolClient {
  let lost: unknown;
  // A connection that dies while in use fails its query; the event beside it would end the process.
  client.on('error', (error) => {
    lost ??= error;
  });
  /** On their way, with answers that say nothing; whoever asks next waits for them, too. */
  let unanswered: Promise<unknown>[] = [];
  /** The transaction under way: nothing hangs on how it ends. */
  let reading = false;
  /** Of one that only read: whether the connection is fit for another. */
  let ending: Promise<boolean> | undefined;

  async function ask(text: string, parameters: readonly unknown[]) {
    const name = parameters.length > 0 ? names.of(text) : undefined;
    const values = parameters.map(toParameter);
    try {
      const { command, rowCount, rows } = await client.query(
        name === undefined ? { text, values } : { name, text, values },
      );
      return { command, rowCount: rowCount ?? 0, rows };
    } catch (error) {
      if (isConnectionLoss(error)) lost = error;
      if (isStaleStatement(error)) names.renew(text);
      throw error;
    }
  }

  /**
   * A transaction begins with two statements whose answers say nothing. They go out together with the first one that
   * does, and so does what is told later: one round trip in the place of three, for whoever waits and for the processors
   * at both ends. Nor does the end of one that only read say anything: whoever read goes on at once, and the connection is
   * given back when it has come.
   */
  async function query(text: string, parameters: readonly unknown[]) {
    // After a read timeout the rollback would wait as long again, for a connection that is thrown away anyway.
    if (lost !== undefined) throw lost;
    if (isBeginning(text)) reading = mayOnlyRead(text);
    if (isPreparation(text) || isTold(text)) {
      holdBack(client);
      const answer = ask(text, parameters);
      unanswered.push(answer);
      // Its failure is told to whoever asks next, who may come too late for the runtime.
      answer.catch(() => undefined);
      return NOTHING_SAID;
    }
    if (reading && text === 'commit' && unanswered.length === 0) {
      // Its failure costs the connection, and nobody what was read.
      ending = ask(text, parameters).then(
        () => true,
        () => false,
      );
      return NOTHING_SAID;
    }
    // What is taken back need not have been possible: whoever does so knows why.
    const before = text === 'rollback' ? [] : unanswered;
    unanswered = [];
    // They are answered in order, and the first that fails is the reason why the others do.
    const [last] = await Promise.all([ask(text, parameters), ...before]);
    return last;
  }
  return {
    // Kysely's other overload takes a cursor; without a cursor class in the dialect it never asks for one.
    query: query as unknown as PostgresPoolClient['query'],
    release(destroy) {
      const giveBack = (fit: boolean) => client.release(!fit || lost !== undefined || destroy);
      if (ending === undefined) return giveBack(true);
      void ending.then(giveBack);
      ending = undefined;
    },
  };
}
