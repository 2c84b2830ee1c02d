// Pins: a message or the end of a call lost for good because NATS was away for longer than Twilio repeats a callback, and
// a queue that an outage fills.
import type { NewEvent } from '@frontdesk/contracts/event';
import { WireError } from '@frontdesk/contracts/wire-error';
import { manualClock } from '@frontdesk/lifecycle';
import type { Messaging } from '@frontdesk/messaging';
import { createLogger, createMetrics } from '@frontdesk/observability';
import { expect, test } from 'vitest';
import { createEvents } from '../src/events.ts';

const callSid = `CA${'1'.repeat(32)}`;
const parties = { callSid, from: '+13125550199', to: '+13125550100' };
const completed = {
  ...{ ...parties, direction: 'inbound' as const, status: 'completed' as const },
  ...{ durationSeconds: 42, at: '2026-01-05T15:00:00Z' },
};
const voicemail = {
  ...{ ...parties, recordingSid: `RE${'1'.repeat(32)}`, recordingUrl: 'https://api.twilio.com/RE1' },
  durationSeconds: 7,
};

/** Events while NATS is away: whoever waits for as long as Twilio does is told so, the rest go on waiting. */
function outage() {
  const tries: { id: string; timeoutMs: number | undefined }[] = [];
  const messaging = {
    publishEvent(_contract: unknown, event: NewEvent, { timeoutMs }: { timeoutMs?: number } = {}) {
      tries.push({ id: event.id, timeoutMs });
      if (timeoutMs === undefined) return Promise.reject(new WireError('unavailable', 'not stored in time'));
      return new Promise<void>(() => undefined);
    },
  };
  const log = createLogger({ service: 'gateway', instanceId: 'gateway-1', level: 'silent' });
  const events = createEvents(messaging as unknown as Messaging, createMetrics('gateway'), log, manualClock());
  return { tries, events };
}

const FIFTEEN_MINUTES_MS = 900_000;

test.each([
  ['the end of a call', `${callSid}:completed`, (e: Events) => e.completed('b1', 3, completed)],
  ['a message', `${callSid}:voicemail:${voicemail.recordingSid}`, (e: Events) => e.voicemailReceived('b1', voicemail)],
])(
  '%s that Twilio must repeat is kept here, too, as the same event, and once however often it is repeated',
  async (_what, id, tell) => {
    const { tries, events } = outage();
    for (let repeats = 0; repeats < 3; repeats += 1) {
      await expect(tell(events)).rejects.toMatchObject({ code: 'unavailable' });
    }
    expect(tries.every((each) => each.id === id)).toBe(true);
    expect(tries.map(({ timeoutMs }) => timeoutMs).filter((ms) => ms !== undefined)).toEqual([FIFTEEN_MINUTES_MS]);
  },
);

test('a promise to call back is kept as long', () => {
  const { tries, events } = outage();
  events.callbackPromised('b1', { ...parties, reason: 'cut_off' });
  expect(tries).toEqual([{ id: `${callSid}:callback`, timeoutMs: FIFTEEN_MINUTES_MS }]);
});

test('callers who are turned away do not crowd out the messages of others', async () => {
  const { tries, events } = outage();
  for (let call = 0; call < 1_100; call += 1) {
    const another = `CA${String(call).padStart(32, '0')}`;
    events.rejected('b1', { ...parties, callSid: another, reason: 'nats_down' });
  }
  expect(tries).toHaveLength(1_000);
  await expect(events.voicemailReceived('b1', voicemail)).rejects.toMatchObject({ code: 'unavailable' });
  expect(tries.at(-1)?.timeoutMs).toBe(FIFTEEN_MINUTES_MS);
});

type Events = ReturnType<typeof createEvents>;
