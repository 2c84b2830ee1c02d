import { searchKnowledge } from '@frontdesk/contracts/business-profile/search-knowledge';
import { actorOf } from '@frontdesk/persistence';
import type { Context } from '../context.ts';
import { searchPassages } from '../store/knowledge-reader.ts';

export async function serveSearchKnowledge(context: Context): Promise<void> {
  await context.messaging.serve(searchKnowledge, async ({ query, limit }, rpc) => {
    const askedAtMs = context.clock.monotonicMs();
    const passages = await context.db.readAsTenant(rpc.businessId, actorOf(rpc), (tx) =>
      searchPassages(tx, rpc.businessId, query, limit),
    );
    const durationMs = context.clock.monotonicMs() - askedAtMs;
    context.events.knowledgeSearched({ passages: passages.length, durationMs });
    return { passages };
  });
}
