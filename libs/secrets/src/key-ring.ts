/**
 * Seals the secrets of businesses (Twilio tokens) for storage: AES-256-GCM.
 *
 * Text form: `v1.<key id>.<base64url of nonce (12) ‖ tag (16) ‖ ciphertext>`. The key's id is inside, so that keys
 * rotate: put the new one first, re-seal at leisure, then drop the old one. The version and key id are authenticated
 * together with `aad`, which ties a sealed text to its place (business and column): copied into another row it does
 * not open.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { KEY_ID, parseKeys } from './keys.ts';
import { SecretsError } from './secrets-error.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export interface KeyRing {
  /** @param aad where it is kept, such as `b1/twilio-token`; needed again to decrypt */
  encrypt(plain: string, aad: string): string;
  /** @throws SecretsError `malformed`, `unknown_key` or `forged` */
  decrypt(sealed: string, aad: string): string;
}

/** @param spec `k2:<base64 of 32 bytes>,k1:…`: the first encrypts, all decrypt. @throws SecretsError `bad_keys` */
export function createKeyRing(spec: string): KeyRing {
  const keys = parseKeys(spec);

  return {
    encrypt(plain, aad) {
      const { id, key } = keys.current;
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(authenticated(id, aad));
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return `v1.${id}.${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')}`;
    },

    decrypt(sealed, aad) {
      const [version, id = '', body = '', ...rest] = sealed.split('.');
      const bytes = Buffer.from(body, 'base64url');
      if (version !== 'v1' || rest.length > 0 || !KEY_ID.test(id) || bytes.length < NONCE_BYTES + TAG_BYTES) {
        throw new SecretsError('malformed', 'not a sealed secret');
      }
      const key = keys.find(id);
      if (!key) throw new SecretsError('unknown_key', `sealed with key ${id}, which is not in the ring`);
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(authenticated(id, aad));
      decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      const plain = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
      try {
        return Buffer.concat([plain, decipher.final()]).toString('utf8');
      } catch {
        // Node reports a wrong tag as a plain Error with no code worth passing on.
        throw new SecretsError('forged', 'the sealed secret was changed, or belongs somewhere else');
      }
    },
  };
}

function authenticated(keyId: string, aad: string): Buffer {
  return Buffer.from(`v1.${keyId}.${aad}`, 'utf8');
}
