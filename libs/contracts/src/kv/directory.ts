/**
 * Number → business. Written by business-profile, watched by every gateway, so that answering a call needs neither
 * that service nor PostgreSQL. Key: the number's digits without `+`.
 */
import { z } from 'zod';
import { defineBucket } from '../bucket.ts';
import { sessionProfile } from '../business-profile/agent-profile.ts';
import { businessId, phoneNumber, pool } from '../ids.ts';

export const directoryEntry = z.object({
  version: z.literal(1),
  businessId,
  number: phoneNumber,
  pool,
  maxConcurrentCalls: z.int().min(1),
  /** The auth token is encrypted with the key ring of libs/secrets; its additional data is the account's SID. */
  twilio: z.object({ accountSid: z.string(), authTokenEncrypted: z.string() }),
  profile: sessionProfile,
});
export type DirectoryEntry = z.infer<typeof directoryEntry>;

export const directory = defineBucket({ bucket: 'directory', value: directoryEntry, ttlMs: 0 });

export function directoryKey(number: string): string {
  return phoneNumber.parse(number).slice(1);
}
