import { expect, it } from 'vitest';
import { profile } from './call-session.harness.ts';
import { NOTHING_KNOWN } from './caller-context.ts';
import { sessionInstructions } from './instructions.ts';
import { createSlotHandles } from './slot-handles.ts';

const callerId = '0d4cbb0e-93f5-4c5f-9b56-3f3e0a0f6a11';
const facts = {
  profile,
  context: NOTHING_KNOWN,
  slots: createSlotHandles(),
  now: Temporal.Instant.from('2026-11-23T15:00:00Z'),
  phoneKnown: true,
};

it('names the business, its local time and its hours', () => {
  const text = sessionInstructions(facts);
  expect(text).toContain('Lakeside Heating');
  expect(text).toContain('Monday, November 23, 2026 at 9:00 AM (CST)');
  expect(text).toContain('Monday: 8:00 AM to 5:00 PM');
  expect(text).toContain('Sunday: closed');
  expect(text).toContain('open right now');
});

// An unverified number must not open somebody else's history.
it('tells no more about the caller than the trust rule let through', () => {
  const firstName = { ...NOTHING_KNOWN, caller: { recall: 'first_name', callerId, firstName: 'Alex' } } as const;
  expect(sessionInstructions({ ...facts, context: firstName })).toContain('not proved who is speaking');
  const pastCalls = [{ at: '2026-10-01T15:00:00Z', summary: 'Asked about a furnace.' }];
  const full = { recall: 'full', callerId, name: 'Alex Kim', firstName: 'Alex', pastCalls } as const;
  const text = sessionInstructions({ ...facts, context: { ...NOTHING_KNOWN, caller: full } });
  expect(text).toContain('This is Alex Kim');
  expect(text).toContain('Thursday, October 1, 2026: Asked about a furnace.');
});

it('allows another language only when the caller speaks it first', () => {
  const agent = { ...profile.agent, languages: ['en', 'es'] };
  expect(sessionInstructions({ ...facts, profile: { ...profile, agent } })).toContain('You may change to: Spanish');
  expect(sessionInstructions(facts)).toContain('in English only');
});
