import type { TenantTransaction } from '@frontdesk/persistence';
import { sql } from 'kysely';
import { z } from 'zod';
import type { BusinessProfileSchema } from './schema.ts';

export interface Passage {
  readonly title: string;
  readonly text: string;
}

const found = z.object({ title: z.string(), text: z.string(), strict: z.boolean() });

/**
 * The passages that answer best, best first. Those with every word of the question come alone; only when there is none
 * do those with any word, because a caller's question is rarely phrased like the answer.
 *
 * One statement. What is compared are the dictionary's word stems, so "prices" finds "price".
 */
export async function searchPassages(
  tx: TenantTransaction<BusinessProfileSchema>,
  businessId: string,
  query: string,
  limit: number,
): Promise<Passage[]> {
  // Replacing between quotes only: a stem may itself hold an ampersand.
  const { rows } = await sql<unknown>`
    with question as (
      select websearch_to_tsquery(search_config::regconfig, ${query}) as every_word,
        replace(plainto_tsquery(search_config::regconfig, ${query})::text, ${"' & '"}, ${"' | '"})::tsquery as any_word
      from businesses where business_id = ${businessId}
    )
    select documents.title, passages.text, passages.search @@ every_word as strict
    from question, passages
    join documents on documents.business_id = passages.business_id and documents.id = passages.document_id
    where passages.business_id = ${businessId} and (passages.search @@ every_word or passages.search @@ any_word)
    order by strict desc, ts_rank(passages.search, any_word, 1) desc, documents.position, passages.position
    limit ${limit}`.execute(tx);
  const passages = z.array(found).parse(rows);
  const strict = passages.filter((passage) => passage.strict);
  return (strict.length > 0 ? strict : passages).map(({ title, text }) => ({ title, text }));
}
