import { putKnowledge } from '@frontdesk/contracts/business-profile/put-knowledge';
import { WireError } from '@frontdesk/contracts/wire-error';
import { actorOf } from '@frontdesk/persistence';
import type { Context } from '../context.ts';
import { splitPassages } from '../domain/passages.ts';
import { lockKnowledge, putDocument, refreshFacts } from '../store/knowledge-writer.ts';

export async function servePutKnowledge(context: Context): Promise<void> {
  await context.messaging.serve(putKnowledge, async ({ title, text }, rpc) => {
    const { businessId } = rpc;
    const passages = splitPassages(text);
    if (passages.length === 0) {
      throw new WireError('invalid', 'the text is blank', { issues: [{ path: 'text', message: 'must not be blank' }] });
    }
    const documentId = await context.db.asTenant(businessId, actorOf(rpc), async (tx) => {
      const knowledge = await lockKnowledge(tx, businessId);
      if (!knowledge) throw new WireError('not_found', 'there is no such business');
      const id = await putDocument(tx, businessId, { title, text, passages, ...knowledge });
      await refreshFacts(tx, businessId);
      return id;
    });
    try {
      await context.reconciler.business(businessId);
    } catch (error) {
      // The document is stored and can be searched; what every call is told follows with the next pass.
      context.log.warn({ err: error, businessId }, 'the directory could not be brought up to date yet');
    }
    context.events.knowledgePut({ businessId, passages: passages.length });
    return { documentId, passages: passages.length };
  });
}
