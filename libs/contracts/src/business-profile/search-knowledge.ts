/** The passages of a business's knowledge that answer a question best. Empty when nothing fits. */
import { z } from 'zod';
import { defineRpc } from '../rpc.ts';

export const searchKnowledge = defineRpc({
  service: 'business-profile',
  verb: 'search-knowledge',
  scope: 'business',
  timeoutMs: 1_000,
  request: z.object({ query: z.string().min(1).max(500), limit: z.int().min(1).max(10).default(3) }),
  reply: z.object({ passages: z.array(z.object({ title: z.string(), text: z.string() })) }),
});
