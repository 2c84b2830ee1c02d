/** What PostgreSQL's failures mean to a service. Told apart by SQLSTATE, never by their text. */
import { WireError } from '@frontdesk/contracts/wire-error';
import pg from 'pg';

const UNIQUE_VIOLATION = '23505';
const EXCLUSION_VIOLATION = '23P01';
/** serialization_failure and deadlock_detected: the transaction left no trace, and a repeat may well succeed. */
const RETRYABLE = new Set(['40001', '40P01']);
const LOCK_NOT_AVAILABLE = '55P03';
/** lock_not_available and query_canceled (our own timeouts). */
const TOO_SLOW = new Set([LOCK_NOT_AVAILABLE, '57014']);
/** The server is going, coming or full: admin_shutdown, crash_shutdown, cannot_connect_now, too_many_connections … */
const SERVER_AWAY = new Set(['57P01', '57P02', '57P03', '57P05', '53300', '25P03']);
const SOCKET_FAILURES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
/** pg gives these failures neither a code nor a class. */
const PG_CONNECTION_MESSAGES =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error|Client was closed|Postgres connection has been discarded|timeout expired)/;

/** @param constraint when given, only a violation of this one counts */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  return isViolation(error, UNIQUE_VIOLATION, constraint);
}

/** @param constraint when given, only a violation of this one counts */
export function isExclusionViolation(error: unknown, constraint?: string): boolean {
  return isViolation(error, EXCLUSION_VIOLATION, constraint);
}

export function isRetryable(error: unknown): boolean {
  return RETRYABLE.has(codeOf(error) ?? '') || isStaleStatement(error);
}

/**
 * A statement was kept by the connection, and a migration has changed what it answers since (`select *` of a table with
 * one more column). The code alone stands for much else.
 */
export function isStaleStatement(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '0A000' && error.routine === 'RevalidateCachedQuery';
}

/** Another transaction held what this one waited for, and went on holding it. */
export function isLockTimeout(error: unknown): boolean {
  return codeOf(error) === LOCK_NOT_AVAILABLE;
}

/** The connection itself failed, so whatever else was going to be sent over it is lost. */
export function isConnectionLoss(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== undefined) return SOCKET_FAILURES.has(code) || SERVER_AWAY.has(code) || /^08...$/.test(code);
  return error instanceof Error && PG_CONNECTION_MESSAGES.test(error.message);
}

/** `unavailable` for a database that cannot be reached or is too busy; any other error as it is. */
export function toWireError(error: unknown): unknown {
  if (isConnectionLoss(error)) return new WireError('unavailable', 'the database cannot be reached', { cause: error });
  const code = codeOf(error) ?? '';
  if (TOO_SLOW.has(code) || isRetryable(error))
    return new WireError('unavailable', 'the database is too busy', { cause: error });
  return error;
}

function isViolation(error: unknown, code: string, constraint: string | undefined): boolean {
  if (codeOf(error) !== code) return false;
  return (
    constraint === undefined || (error instanceof Error && 'constraint' in error && error.constraint === constraint)
  );
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
