/** A new API key for the management API. The key itself is in this reply and nowhere else: only its hash is stored. */
import { z } from 'zod';
import { defineRpc } from '../rpc.ts';

/** `fd_` and 43 characters of base64url: 256 random bits. */
export const apiKey = z.string().regex(/^fd_[A-Za-z0-9_-]{43}$/, 'must be an API key');

export const createApiKey = defineRpc({
  service: 'business-profile',
  verb: 'create-api-key',
  scope: 'business',
  timeoutMs: 5_000,
  request: z.strictObject({ name: z.string().min(1).max(100) }),
  reply: z.object({ keyId: z.uuid(), apiKey }),
});
