/** The operator adds a business: its row, its number(s), its place in the directory, its NATS account. */
import { z } from 'zod';
import { businessId, phoneNumber, pool, timeZone } from '../ids.ts';
import { defineRpc } from '../rpc.ts';
import { agentProfile, callerTrust, fallback, openingHours } from './agent-profile.ts';

export const createBusiness = defineRpc({
  service: 'business-profile',
  verb: 'create-business',
  scope: 'none',
  timeoutMs: 10_000,
  request: z.strictObject({
    businessId,
    name: z.string().min(1).max(120),
    timeZone,
    pool: pool.default('default'),
    maxConcurrentCalls: z.int().min(1).max(10_000).default(10),
    numbers: z.array(phoneNumber).min(1).max(100),
    /** The Twilio account that owns the numbers; its token is encrypted before it is stored. */
    twilio: z.strictObject({
      accountSid: z.string().regex(/^AC[0-9a-f]{32}$/),
      authToken: z.string().min(16).max(128),
    }),
    agent: agentProfile,
    openingHours,
    callerTrust: callerTrust.default('attested'),
    fallback: fallback.default({ kind: 'apology' }),
    maxCallMs: z.int().min(60_000).max(7_200_000).default(1_800_000),
  }),
  reply: z.object({ businessId }),
});
