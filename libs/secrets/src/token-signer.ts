/**
 * Tokens that carry a small payload through somebody else's hands (a URL that Twilio calls back) and back to us.
 *
 * Text form: `<key id>.<base64url of JSON {p: payload, e: expiry in epoch ms}>.<base64url of HMAC-SHA-256>`, which is
 * safe as one path segment. The payload is signed, not hidden. Not single-use by itself: whoever accepts it makes it
 * so. Two keys at a time let them rotate without refusing the tokens of the calls that are ringing.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { parseKeys } from './keys.ts';

/** Twilio's URLs are at most 4096 characters long; nothing longer is worth hashing. */
const MAX_TOKEN_LENGTH = 4_096;

export type Verified<T> = { ok: true; payload: T } | { ok: false; reason: 'malformed' | 'forged' | 'expired' };

export interface TokenSigner<T> {
  /** @throws ZodError when the payload does not fit the schema: a bug of the caller */
  sign(payload: T, ttlMs: number, now: Temporal.Instant): string;
  /** Never throws: a bad token is an answer, not a failure. */
  verify(token: string, now: Temporal.Instant): Verified<T>;
}

/**
 * @param spec `k2:<base64 of 32 bytes>,k1:…`: the first signs, all verify
 * @param purpose what the tokens are for, where one set of keys signs several kinds: a token of one is forged to another
 * @throws SecretsError `bad_keys`
 */
export function createTokenSigner<T>(schema: z.ZodType<T>, spec: string, purpose = ''): TokenSigner<T> {
  const keys = parseKeys(spec);
  const mac = (key: Buffer, signed: string) =>
    createHmac('sha256', key).update(`${purpose}\n${signed}`, 'utf8').digest();
  const body = z.object({ p: schema, e: z.number() });

  return {
    sign(payload, ttlMs, now) {
      const { id, key } = keys.current;
      const json = JSON.stringify({ p: schema.parse(payload), e: now.epochMilliseconds + ttlMs });
      const signed = `${id}.${Buffer.from(json, 'utf8').toString('base64url')}`;
      return `${signed}.${mac(key, signed).toString('base64url')}`;
    },

    verify(token, now) {
      const [id, encoded, signature, ...rest] = token.slice(0, MAX_TOKEN_LENGTH + 1).split('.');
      if (!id || !encoded || !signature || rest.length > 0 || token.length > MAX_TOKEN_LENGTH) {
        return { ok: false, reason: 'malformed' };
      }
      const key = keys.find(id);
      // An unknown key is one that was rotated away or never existed: either way nobody here vouches for the token.
      if (!key || !sameBytes(mac(key, `${id}.${encoded}`), Buffer.from(signature, 'base64url'))) {
        return { ok: false, reason: 'forged' };
      }
      const parsed = body.safeParse(parseJson(Buffer.from(encoded, 'base64url').toString('utf8')));
      // Signed by us, yet of another form: a token of another kind, or of another release.
      if (!parsed.success) return { ok: false, reason: 'malformed' };
      if (parsed.data.e <= now.epochMilliseconds) return { ok: false, reason: 'expired' };
      return { ok: true, payload: parsed.data.p };
    },
  };
}

function sameBytes(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
