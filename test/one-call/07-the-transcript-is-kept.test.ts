// Pins: a call that leaves nothing behind, a summary that was not made from it, events that others can read, and a trace
// that ends at a process boundary.
import { readFile } from 'node:fs/promises';
import { eventType } from '@frontdesk/contracts/event';
import { callSummarized } from '@frontdesk/contracts/events/call';
import { callHistory } from '@frontdesk/contracts/http/call-history';
import { callStatsHttp } from '@frontdesk/contracts/http/call-stats';
import { openBusinessEvents } from '@frontdesk/deploy/local/demo/business-events.ts';
import { expect, inject, test, vi } from 'vitest';
import { z } from 'zod';
import './provided.ts';

const { stack, call, tracesFile } = inject('oneCall');
const { business, callSid, kept, live, replayed, story } = call;

async function get(path: string, apiKey: string): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${stack.gateway.urls[0]}${path}`, { headers: { authorization: `Bearer ${apiKey}` } });
  return { status: response.status, body: await response.json() };
}

test('both sides and every tool are kept, in order, the interruption marked', () => {
  expect(kept?.turns.map(({ role }) => role)).toContain('caller');
  expect(kept?.turns.some(({ interrupted }) => interrupted)).toBe(true);
  const order = [...(kept?.turns ?? []), ...(kept?.tool_calls ?? [])].map(({ seq }) => seq).sort((a, b) => a - b);
  expect(order).toEqual(order.map((_, index) => index));
  expect(kept).toMatchObject({ status: 'completed', end_reason: 'goodbye', from_number: story.phone });
});

test('the summary was made from this transcript', () => {
  const event = live.find(({ type }) => type === eventType(callSummarized));
  const { summary, outcome, callerName } = callSummarized.data.parse(event?.data);
  expect(summary).toContain(story.name);
  expect(callerName).toBe(story.name);
  expect(outcome).toBe('appointment_booked');
  expect(kept?.summary).toBe(summary);
});

test('the call log and the statistics know it; another business’s key does not', async () => {
  const history = await get('/api/v1/voice/call-history', business.apiKey);
  expect(callHistory.reply.parse(history.body).calls.map(({ call_sid }) => call_sid)).toContain(callSid);
  const stats = await get('/api/v1/voice/call-stats?days=1', business.apiKey);
  const { total_calls, appointments_booked } = callStatsHttp.reply.parse(stats.body).stats;
  expect(total_calls).toBeGreaterThanOrEqual(1);
  expect(appointments_booked).toBeGreaterThanOrEqual(1);

  const other = stack.businesses[1]?.apiKey ?? '';
  expect((await get(`/api/v1/calls/${callSid}`, other)).status).toBe(404);
  expect((await get(`/api/v1/calls/${callSid}`, `fd_${'x'.repeat(43)}`)).status).toBe(401);
});

test('the business reads the same events live and from the start', () => {
  expect(replayed.map(({ id }) => id).sort()).toEqual(live.map(({ id }) => id).sort());
  expect(live.every(({ businessid }) => businessid === business.id)).toBe(true);
});

test('another business’s credentials read none of them', async () => {
  const other = stack.businesses[1];
  if (!other) throw new Error('there is no second business');
  await using stranger = await openBusinessEvents({ url: stack.nats.url, business, credsFile: other.eventCreds });
  await vi.waitFor(() => expect(stranger.refusals.join()).toMatch(/permissions violation/i));
  await expect(stranger.fromTheStart()).rejects.toThrow();
  expect(stranger.received).toEqual([]);
});

const span = z.object({ traceId: z.string(), service: z.string() });

test('one trace follows every call through every service', async () => {
  const history = await get('/api/v1/voice/call-history', business.apiKey);
  const calls = callHistory.reply.parse(history.body).calls.filter(({ end_reason }) => end_reason === 'goodbye');
  expect(calls.length).toBeGreaterThan(0);
  await vi.waitFor(
    async () => {
      const lines = (await readFile(tracesFile, 'utf8')).trim().split('\n');
      const spans = lines.map((line) => span.parse(JSON.parse(line)));
      for (const { call_sid } of calls) {
        // The trace id of a call is the digits of its CallSid.
        const ofCall = spans.filter(({ traceId }) => traceId === call_sid.slice(2));
        expect([...new Set(ofCall.map(({ service }) => service))]).toEqual(
          expect.arrayContaining(['gateway', 'media-bridge', 'booking', 'caller-profile', 'transcript']),
        );
      }
    },
    { timeout: 15_000, interval: 250 },
  );
});
