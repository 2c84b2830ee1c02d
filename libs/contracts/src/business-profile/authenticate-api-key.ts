/** Whose key is this? Asked with the SHA-256 of the key, so that no key ever travels over NATS. */
import { z } from 'zod';
import { businessId } from '../ids.ts';
import { defineRpc } from '../rpc.ts';

export const authenticateApiKey = defineRpc({
  service: 'business-profile',
  verb: 'authenticate-api-key',
  scope: 'none',
  timeoutMs: 1_000,
  request: z.object({ keyHash: z.string().regex(/^[0-9a-f]{64}$/) }),
  /** Fails with `denied` when the key is unknown or revoked. */
  reply: z.object({ businessId, keyId: z.uuid() }),
});
