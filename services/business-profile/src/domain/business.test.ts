/** Pins that a repeated creation is recognised however it is written, and that any difference is noticed. */
import { agentProfile, openingHours } from '@frontdesk/contracts/business-profile/agent-profile';
import { directoryEntry } from '@frontdesk/contracts/kv/directory';
import { expect, it } from 'vitest';
import { type Business, directoryEntries, isSameDefinition } from './business.ts';

const business: Business = {
  businessId: 'b1',
  name: 'Alder Home Services',
  timeZone: 'America/Chicago',
  pool: 'default',
  maxConcurrentCalls: 10,
  numbers: ['+13125550142', '+13125550143'],
  twilioAccountSid: `AC${'0'.repeat(32)}`,
  twilioAuthTokenSealed: 'v1.k1.sealed',
  agent: agentProfile.parse({ greeting: 'Hello' }),
  openingHours: openingHours.parse({ weekly: [{ weekday: 1, opens: '09:00', closes: '17:00' }] }),
  callerTrust: 'attested',
  fallback: { kind: 'apology' },
  maxCallMs: 1_800_000,
  facts: '',
  updatedAt: '2026-06-17T13:00:00.000001Z',
};

it('is the same in another order of keys and numbers', () => {
  const agent = Object.fromEntries(Object.entries(business.agent).reverse());
  const again = { ...business, numbers: business.numbers.toReversed(), agent: agentProfile.parse(agent) };
  expect(isSameDefinition(business, again)).toBe(true);
});

it.each([
  { name: 'Alder' },
  { numbers: ['+13125550142'] },
  { agent: { ...business.agent, greeting: 'Hi' } },
  { openingHours: { weekly: [], holidays: [] } },
  { fallback: { kind: 'voicemail' as const } },
])('is another with %o', (difference) => {
  expect(isSameDefinition(business, { ...business, ...difference })).toBe(false);
});

it('has a directory entry for each number, which fits the contract', () => {
  const entries = directoryEntries(business).map((entry) => directoryEntry.parse(entry));
  expect(entries.map(({ number, businessId }) => [number, businessId])).toEqual([
    ['+13125550142', 'b1'],
    ['+13125550143', 'b1'],
  ]);
});
