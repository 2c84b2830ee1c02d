/** An environment variable that holds keys: bad ones stop the start, by the variable's name and never by their value. */
import { z } from 'zod';
import { parseKeys } from './keys.ts';
import { SecretsError } from './secrets-error.ts';

/** The text of `createKeyRing` and `createTokenSigner`: `k2:<base64 of 32 bytes>,k1:…`. */
export function keyList() {
  return z.string().superRefine((text, context) => {
    try {
      parseKeys(text);
    } catch (error) {
      if (!(error instanceof SecretsError)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
    }
  });
}
