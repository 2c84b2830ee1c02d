import { z } from 'zod';
import { defineTool } from './tool.ts';

export const searchKnowledgeTool = defineTool({
  name: 'search_knowledge',
  description:
    'Looks up what the business says about itself: prices, policies, services, directions. Use it before answering any question about the business that your instructions do not answer. No passages means that you do not know.',
  arguments: z.object({
    query: z.string().trim().min(1).max(500).describe("The caller's question in a few words."),
  }),
  sideEffecting: false,
  unavailable:
    'The information cannot be looked up right now. Say so, and offer to take a message so that somebody calls back.',
  to: 'searchKnowledge',
  plan: ({ query }) => ({ kind: 'ask', request: { to: 'searchKnowledge', body: { query } } }),
  conclude: ({ passages }, scene) => ({ passages, now: scene.now }),
});
