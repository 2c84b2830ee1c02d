/** `k2:<base64 of 32 bytes>,k1:<base64 of 32 bytes>`: the first is today's, the others are still understood. */
import { SecretsError } from './secrets-error.ts';

export interface Keys {
  readonly current: { readonly id: string; readonly key: Buffer };
  find(id: string): Buffer | undefined;
}

export const KEY_ID = /^[A-Za-z0-9_-]{1,32}$/;

/** @throws SecretsError (`bad_keys`) that names the key by its id, never by its value */
export function parseKeys(spec: string): Keys {
  const keys = new Map<string, Buffer>();
  for (const part of spec.split(',')) {
    const colon = part.indexOf(':');
    const id = part.slice(0, Math.max(colon, 0)).trim();
    if (!KEY_ID.test(id)) throw new SecretsError('bad_keys', 'each key must be written as <id>:<base64 of 32 bytes>');
    if (keys.has(id)) throw new SecretsError('bad_keys', `key ${id} is given twice`);
    const text = part.slice(colon + 1).trim();
    const key = Buffer.from(text, 'base64');
    // Buffer.from skips what is not base64; comparing lengths alone would accept a damaged key.
    if (key.length !== 32 || key.toString('base64') !== text.replace(/-/g, '+').replace(/_/g, '/').padEnd(44, '=')) {
      throw new SecretsError('bad_keys', `key ${id} must be the base64 of exactly 32 bytes`);
    }
    keys.set(id, key);
  }
  const [first] = keys;
  if (!first) throw new SecretsError('bad_keys', 'at least one key is needed');
  return { current: { id: first[0], key: first[1] }, find: (id) => keys.get(id) };
}
