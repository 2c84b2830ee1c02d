/** Replaces one document of a business's knowledge. */
import { z } from 'zod';
import { defineRpc } from '../rpc.ts';

export const putKnowledge = defineRpc({
  service: 'business-profile',
  verb: 'put-knowledge',
  scope: 'business',
  timeoutMs: 5_000,
  request: z.strictObject({
    title: z.string().min(1).max(200),
    /** Plain text or Markdown; searched by paragraph. */
    text: z.string().min(1).max(200_000),
  }),
  reply: z.object({ documentId: z.uuid(), passages: z.int() }),
});
