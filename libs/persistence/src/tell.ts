/**
 * What a transaction tells the database without being interested in the answer: locks, savepoints, rows that nothing is
 * read from. It leaves together with whatever the transaction asks next, at the latest with its end: a round trip less for
 * whoever waits, and one sleep and one waking up less for the processors at both ends.
 *
 * - When it fails, so does what is asked next, with the same error, and the transaction with it: nothing is committed.
 * - Statements run in the order in which they were told and asked, each seeing what is committed when it begins. So a row
 *   read after a lock was told is read under it.
 * - Not for a statement whose failure is to be handled by itself, or whose number of rows matters.
 */
import { CompiledQuery, type QueryExecutorProvider } from 'kysely';
import type { SystemTransaction, TenantTransaction } from './transaction.ts';

/** The driver sees nothing of a statement but its text. */
const MARK = '/* told */ ';

/** A query of Kysely's, or its `sql`. */
interface Statement {
  compile(executor: QueryExecutorProvider): CompiledQuery;
}

/** Resolves as soon as it is on its way. */
export async function tell<DB>(tx: TenantTransaction<DB> | SystemTransaction<DB>, statement: Statement): Promise<void> {
  const { sql, parameters } = statement.compile(tx);
  await tx.executeQuery(CompiledQuery.raw(MARK + sql, [...parameters]));
}

export function isTold(text: string): boolean {
  return text.startsWith(MARK);
}
