import { type RawBuilder, sql } from 'kysely';

/**
 * A value for a `jsonb` column. Needed because pg turns a bare JavaScript array into a PostgreSQL array, and a bare
 * string into text that is not JSON.
 */
export function jsonb<T>(value: T): RawBuilder<T> {
  return sql<T>`${JSON.stringify(value)}::jsonb`;
}
