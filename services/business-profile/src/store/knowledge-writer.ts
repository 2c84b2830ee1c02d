import type { TenantTransaction } from '@frontdesk/persistence';
import { sql } from 'kysely';
import { factsFrom } from '../domain/facts.ts';
import type { BusinessProfileSchema } from './schema.ts';

type Tx = TenantTransaction<BusinessProfileSchema>;

/**
 * Locks a business's knowledge until the transaction ends, so that what is derived from all its documents is derived
 * from all of them.
 * @returns how its text is searched, or nothing when there is no such business
 */
export async function lockKnowledge(tx: Tx, businessId: string): Promise<{ searchConfig: string } | undefined> {
  return tx
    .selectFrom('businesses')
    .select('search_config as searchConfig')
    .where('business_id', '=', businessId)
    .forUpdate()
    .executeTakeFirst();
}

export interface NewDocument {
  readonly title: string;
  readonly text: string;
  readonly passages: readonly string[];
  readonly searchConfig: string;
}

/** Adds the document or replaces the one of that title, whatever its capitals. @returns its id */
export async function putDocument(tx: Tx, businessId: string, document: NewDocument): Promise<string> {
  const { title, text, passages, searchConfig } = document;
  const { id } = await tx
    .insertInto('documents')
    .values({ business_id: businessId, title, text })
    .onConflict((conflict) =>
      conflict
        .expression(sql`business_id, lower(title)`)
        .doUpdateSet({ title, text, updated_at: sql<Temporal.Instant>`now()` }),
    )
    .returning('id')
    .executeTakeFirstOrThrow();
  await tx.deleteFrom('passages').where('business_id', '=', businessId).where('document_id', '=', id).execute();
  if (passages.length > 0) await insertPassages(tx, businessId, id, title, passages, searchConfig);
  return id;
}

/** One statement for all: a long document has hundreds. The title counts more than the text. */
async function insertPassages(
  tx: Tx,
  businessId: string,
  documentId: string,
  title: string,
  passages: readonly string[],
  searchConfig: string,
): Promise<void> {
  await tx
    .insertInto('passages')
    .columns(['business_id', 'document_id', 'position', 'text', 'search'])
    .expression(
      sql<never>`
        select ${businessId}, ${documentId}::uuid, part.position, part.text,
          setweight(to_tsvector(${searchConfig}::regconfig, ${title}), 'A')
            || setweight(to_tsvector(${searchConfig}::regconfig, part.text), 'B')
        from unnest(${[...passages]}::text[]) with ordinality as part(text, position)`,
    )
    .execute();
}

/** Derives again what every call is told, and makes the business newer so that the directory follows. */
export async function refreshFacts(tx: Tx, businessId: string): Promise<void> {
  const documents = await tx
    .selectFrom('documents')
    .select(['title', 'text'])
    .where('business_id', '=', businessId)
    .orderBy('position')
    .execute();
  await tx
    .updateTable('businesses')
    .set({
      facts: factsFrom(documents),
      // Later than before even if the server's clock went back.
      updated_at: sql<Temporal.Instant>`greatest(clock_timestamp(), updated_at + interval '1 microsecond')`,
    })
    .where('business_id', '=', businessId)
    .execute();
}
