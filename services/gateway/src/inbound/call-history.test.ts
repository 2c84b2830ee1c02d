// Pins: what is known of a call and kept, but that no business can read.
import { callHistoryEntry } from '@frontdesk/contracts/http/call-history';
import { callOverview } from '@frontdesk/contracts/transcript/call-view';
import { expect, it } from 'vitest';
import { toHistoryEntry } from './call-history.ts';

const call = {
  callSid: `CA${'0'.repeat(32)}`,
  direction: 'inbound',
  from: '+13125550142',
  to: '+13125550100',
  status: 'completed',
  endReason: 'goodbye',
  startedAt: '2026-11-21T16:30:00Z',
  endedAt: '2026-11-21T16:31:00Z',
  durationSeconds: 60,
} as const;

it('shows what the caller wanted, and nothing before it is known', () => {
  // As it was stored before preferences were.
  const summary = {
    ...{ summary: 'Ann Lee booked a visit.', outcome: 'appointment_booked', intent: 'book a repair' },
    ...{ sentiment: 'positive', topics: [], followUps: [], callerName: 'Ann Lee' },
  };
  const shown = (of: unknown) => callHistoryEntry.parse(toHistoryEntry(callOverview.parse({ ...call, summary: of })));
  expect(shown(summary)).toMatchObject({ intent: 'book a repair', outcome: 'appointment_booked' });
  expect(shown(null)).toMatchObject({ intent: null, outcome: null });
});
