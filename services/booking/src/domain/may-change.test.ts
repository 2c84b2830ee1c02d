// Pins a forged number that is believed, a code that is not, and an answer that tells a locked-out guesser they were right.
import type { CallerProof } from '@frontdesk/contracts/booking/proof';
import { describe, expect, it } from 'vitest';
import { CODE_NEEDED, CODE_WRONG, CODES_LOCKED, isCodeOf, mayChange, seesByNumber } from './may-change.ts';

const own = '+13125550142';
const other = '+13125550143';
const appointment = { customer: { name: 'Robin Vale', phone: own }, confirmationCode: 'HJ234' };
const open = { callerLocked: false, strangersLocked: false };

function proof(more: Partial<CallerProof> = {}): CallerProof {
  return { by: 'caller', callSid: 'CA1', phone: own, attestation: 'A', trust: 'attested', ...more };
}

describe('seeing by number', () => {
  it.each<[CallerProof['trust'], CallerProof['attestation'], boolean]>([
    ['open', 'none', true],
    ['attested', 'A', true],
    ['attested', 'B', false],
    ['attested', 'none', false],
    ['code', 'A', false],
  ])('under %s with attestation %s: %s', (trust, attestation, sees) => {
    expect(seesByNumber(proof({ trust, attestation }))).toBe(sees);
    expect(seesByNumber(proof({ trust, attestation, phone: null }))).toBe(false);
  });
});

describe('changing', () => {
  it('needs the code, however well the number is attested, except from the own number under open', () => {
    expect(mayChange(proof(), appointment, open)).toMatchObject({ ok: false, reason: CODE_NEEDED, counts: false });
    expect(mayChange(proof({ trust: 'open' }), appointment, open).ok).toBe(true);
    expect(mayChange(proof({ trust: 'open', phone: other }), appointment, open).ok).toBe(false);
    expect(mayChange(proof({ trust: 'open', phone: null }), { ...appointment, customer: null }, open).ok).toBe(false);
    expect(mayChange({ by: 'business' }, appointment, open).ok).toBe(true);
  });

  it.each(['hj234', 'H J 2 3 4', 'h-j-2-3-4.', '\uff28\uff2a\uff12\uff13\uff14'])(
    'takes the code said as “%s”',
    (code) => {
      expect(mayChange(proof({ code, phone: other }), appointment, open).ok).toBe(true);
    },
  );

  it.each(['', 'HJ235', 'HJ2345', 'HJ23'])('refuses “%s” and counts it', (code) => {
    const refusal = { ok: false, reason: CODE_WRONG, counts: true };
    expect(mayChange(proof({ code }), appointment, open)).toEqual(refusal);
    expect(isCodeOf(proof({ code }), undefined, open)).toEqual(refusal);
    expect(isCodeOf(proof({ code }), { ...appointment, confirmationCode: null }, open)).toEqual(refusal);
  });

  it('answers right and wrong codes alike while they are locked, and counts both', () => {
    const locked = { ok: false, reason: CODES_LOCKED, counts: true };
    for (const code of ['HJ234', 'HJ235']) {
      expect(mayChange(proof({ code }), appointment, { ...open, callerLocked: true })).toEqual(locked);
      expect(mayChange(proof({ code, phone: other }), appointment, { ...open, strangersLocked: true })).toEqual(locked);
    }
    expect(mayChange(proof({ code: 'HJ234' }), appointment, { ...open, strangersLocked: true }).ok).toBe(true);
  });
});
