// Pins: a URL that somebody else made, changed, kept for too long, or took from another kind of token.
import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createTokenSigner } from './token-signer.ts';

const schema = z.object({ call: z.string(), pod: z.string() });
const [k1, k2] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];
const now = Temporal.Instant.from('2026-01-05T15:00:00Z');
const payload = { call: 'CA1', pod: 'bridge-1' };

test('verifies what it signed until it expires, to the millisecond', () => {
  const signer = createTokenSigner(schema, `k1:${k1}`);
  const token = signer.sign(payload, 1_000, now);
  expect(signer.verify(token, now)).toEqual({ ok: true, payload });
  expect(signer.verify(token, now.add({ milliseconds: 999 }))).toEqual({ ok: true, payload });
  expect(signer.verify(token, now.add({ milliseconds: 1_000 }))).toEqual({ ok: false, reason: 'expired' });
});

test('fits into a path segment as it is', () => {
  const token = createTokenSigner(schema, `k1:${k1}`).sign({ call: 'ÿ/?&+ ☎', pod: '..' }, 1_000, now);
  expect(encodeURIComponent(token)).toBe(token);
  expect(new URL(`https://frontdesk.test/a/${token}`).pathname).toBe(`/a/${token}`);
});

test('rotation: two keys verify, the first signs', () => {
  const before = createTokenSigner(schema, `k1:${k1}`);
  const during = createTokenSigner(schema, `k2:${k2},k1:${k1}`);
  const after = createTokenSigner(schema, `k2:${k2}`);
  const [old, fresh] = [before.sign(payload, 1_000, now), during.sign(payload, 1_000, now)];
  expect(during.verify(old, now).ok).toBe(true);
  expect(after.verify(fresh, now).ok).toBe(true);
  expect(after.verify(old, now)).toEqual({ ok: false, reason: 'forged' });
});

test('a changed payload, expiry, key id or signature is forged', () => {
  const signer = createTokenSigner(schema, `k1:${k1}`);
  const [id, , signature] = signer.sign(payload, 1_000, now).split('.');
  const later = Buffer.from(JSON.stringify({ p: payload, e: 9e15 })).toString('base64url');
  expect(signer.verify(`${id}.${later}.${signature}`, now)).toEqual({ ok: false, reason: 'forged' });
  const token = signer.sign(payload, 1_000, now);
  for (const forged of [`x${token}`, token.slice(0, -2), `${token}AAAA`]) {
    expect(signer.verify(forged, now)).toEqual({ ok: false, reason: 'forged' });
  }
});

test('tokens of one purpose are forged to another, even with the same keys and a form that fits', () => {
  const route = createTokenSigner(schema, `k1:${k1}`, 'route');
  const call = createTokenSigner(schema, `k1:${k1}`, 'call');
  expect(call.verify(route.sign(payload, 1_000, now), now)).toEqual({ ok: false, reason: 'forged' });
});

test.each(['', '.', '..', 'a.b', 'a.b.c.d', 'k1..x', 'x'.repeat(10_000), '%00.%00.%00'])(
  '%s is refused, not thrown',
  (token) => {
    expect(createTokenSigner(schema, `k1:${k1}`).verify(token, now).ok).toBe(false);
  },
);

test('a signed payload of another form is malformed', () => {
  const other = createTokenSigner(z.object({ x: z.number() }), `k1:${k1}`);
  expect(createTokenSigner(schema, `k1:${k1}`).verify(other.sign({ x: 1 }, 1_000, now), now)).toEqual({
    ok: false,
    reason: 'malformed',
  });
});

test('signing what does not fit is an error of the caller', () => {
  const signer = createTokenSigner(schema, `k1:${k1}`);
  expect(() => signer.sign({ call: 'CA1' } as never, 1_000, now)).toThrow();
});
