// Pins the trust table: history or a surname leaking into the session of somebody who only claims a number.
import { callerTrust } from '@frontdesk/contracts/business-profile/agent-profile';
import { attestation, recognisedCaller } from '@frontdesk/contracts/caller-profile/recognise-caller';
import { describe, expect, it } from 'vitest';
import { type RememberedCaller, recall } from './recall.ts';

const maria: RememberedCaller = {
  callerId: '7d9c0a53-98a1-4a27-9d0a-6a4f1a1f5d11',
  name: 'Maria Lopez',
  pastCalls: [{ at: '2026-11-02T15:00:00Z', summary: 'Booked a furnace inspection.' }],
  preferences: ['mornings'],
};

describe('recall', () => {
  it.each([
    ['open', 'A', 'full'],
    ['open', 'B', 'full'],
    ['open', 'C', 'full'],
    ['open', 'none', 'full'],
    ['attested', 'A', 'full'],
    ['attested', 'B', 'first_name'],
    ['attested', 'C', 'first_name'],
    ['attested', 'none', 'first_name'],
    ['code', 'A', 'first_name'],
    ['code', 'B', 'first_name'],
    ['code', 'C', 'first_name'],
    ['code', 'none', 'first_name'],
  ] as const)('%s with attestation %s recalls %s', (trust, level, expected) => {
    expect(recall(maria, trust, level).recall).toBe(expected);
  });

  it('says nothing but the first name of an unverified number', () => {
    for (const trust of callerTrust.options) {
      for (const level of attestation.options) {
        const answer = recall(maria, trust, level);
        expect(recognisedCaller.parse(answer)).toEqual(answer);
        if (answer.recall === 'full') continue;
        expect(JSON.stringify(answer)).not.toMatch(/Lopez|furnace|mornings/);
        expect(answer).toMatchObject({ firstName: 'Maria' });
      }
    }
  });

  it('knows nobody by an unknown number, however well attested', () => {
    expect(recall(undefined, 'open', 'A')).toEqual({ recall: 'unknown' });
  });

  it('recognises a number whose name was never said', () => {
    expect(recall({ ...maria, name: null }, 'attested', 'none')).toMatchObject({ firstName: null });
  });
});
