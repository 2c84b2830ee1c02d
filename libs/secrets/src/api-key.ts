import { createHash } from 'node:crypto';

/**
 * What is stored of an API key: SHA-256 in hex. Slow hashing is for passwords that people choose; an API key is 256
 * random bits, and it is looked up by its hash on every request.
 */
export function hashApiKey(apiKey: string): string {
  return createHash('sha256').update(apiKey, 'utf8').digest('hex');
}
