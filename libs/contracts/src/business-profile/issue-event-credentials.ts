/** NATS credentials with which a business reads its own events, and nothing else. */
import { z } from 'zod';
import { defineRpc } from '../rpc.ts';

export const issueEventCredentials = defineRpc({
  service: 'business-profile',
  verb: 'issue-event-credentials',
  scope: 'business',
  timeoutMs: 5_000,
  request: z.strictObject({ name: z.string().min(1).max(100) }),
  reply: z.object({
    /** The contents of a `.creds` file. */
    creds: z.string(),
    /** Live events: subscribe to this. */
    subject: z.string(),
    /** From the start: pull from this durable consumer of this stream, with this JetStream API prefix. */
    stream: z.string(),
    consumer: z.string(),
    apiPrefix: z.string(),
  }),
});
