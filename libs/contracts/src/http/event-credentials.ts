import { z } from 'zod';
import { line } from '../text.ts';
import { defineHttp, none } from './http.ts';

export const createEventCredentials = defineHttp({
  method: 'POST',
  path: '/api/v1/event-credentials',
  summary: 'New NATS credentials that can read this business’s events and nothing else.',
  params: none,
  query: none,
  body: z.strictObject({ name: line(100).min(1) }),
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
