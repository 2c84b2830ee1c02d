/** A database that takes its time over the appointments of one business, while everybody else's are made at once. */

import pg from 'pg';
import { inject } from 'vitest';
import '../provided.ts';

/** Until disposed, each appointment of this business takes so much longer to be stored. */
export async function slowBookings(businessId: string, ms: number): Promise<AsyncDisposable> {
  const name = pg.escapeIdentifier(`slow_${businessId}`);
  const asOwner = async (statements: string) => {
    const client = new pg.Client({ connectionString: inject('failures').databaseUrl, query_timeout: 10_000 });
    await client.connect();
    try {
      await client.query(statements);
    } finally {
      await client.end();
    }
  };
  await asOwner(`
    CREATE FUNCTION booking.${name}() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_sleep(${ms / 1_000}); RETURN NEW; END $$;
    CREATE TRIGGER ${name} BEFORE INSERT ON booking.appointments FOR EACH ROW
      WHEN (NEW.business_id = ${pg.escapeLiteral(businessId)}) EXECUTE FUNCTION booking.${name}()`);
  return {
    [Symbol.asyncDispose]: () => asOwner(`DROP FUNCTION booking.${name}() CASCADE`),
  };
}
