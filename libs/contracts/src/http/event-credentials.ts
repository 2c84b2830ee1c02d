import { z } from 'zod';
import { defineHttp, none } from './http.ts';

export const createEventCredentials = defineHttp({
  method: 'POST',
  path: '/api/v1/event-credentials',
  summary: 'New NATS credentials that can read this business’s events and nothing else.',
  params: none,
  query: none,
  body: z.strictObject({ name: z.string().min(1).max(100) }),
  reply: z.object({
    success: z.literal(true),
    creds: z.string(),
    subject: z.string(),
    stream: z.string(),
    consumer: z.string(),
    api_prefix: z.string(),
  }),
  status: 201,
});
