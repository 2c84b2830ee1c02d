/** How a transaction begins: whose it is, and how long it may take. Local to it, so it also works behind a pooler. */
import { CompiledQuery } from 'kysely';

const LOCK_TIMEOUT_MS = 500;
const STATEMENT_TIMEOUT_MS = 5_000;
/** An open transaction that does nothing holds up the outbox of the whole service. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 15_000;

const SETTINGS = `select
  set_config('app.business_id', $1, true),
  set_config('app.actor', $2, true),
  set_config('search_path', $3, true),
  set_config('timezone', 'UTC', true),
  set_config('lock_timeout', '${LOCK_TIMEOUT_MS}ms', true),
  set_config('statement_timeout', '${STATEMENT_TIMEOUT_MS}ms', true),
  set_config('idle_in_transaction_session_timeout', '${IDLE_IN_TRANSACTION_TIMEOUT_MS}ms', true)`;

/** @param business empty for work without a tenant, which row-level security shows nothing */
export function transactionSettings(business: string, actor: string, schema: string): CompiledQuery {
  return CompiledQuery.raw(SETTINGS, [business, actor, `"${schema}", public`]);
}

/** How Kysely begins a transaction, and one that may only read. */
const BEGIN = 'begin';
const BEGIN_READING = 'start transaction read only';

/**
 * Whether a statement only prepares for the next one: it answers nothing, and when it fails, what comes after it does
 * nothing. So nobody needs to wait for it alone. (Without its settings a transaction sees the rows of no business.)
 */
export function isPreparation(text: string): boolean {
  return isBeginning(text) || text === SETTINGS;
}

export function isBeginning(text: string): boolean {
  return text === BEGIN || text === BEGIN_READING;
}

export function mayOnlyRead(beginning: string): boolean {
  return beginning === BEGIN_READING;
}
