/** What takes minutes in a session, with the clock in hand. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { behaviour } from '../behaviour.ts';
import { createFaults } from '../faults.ts';
import { createScripts } from '../script.ts';
import { openSession } from './session.ts';
import type { ServerMessage } from './session-options.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function session() {
  const sent: ServerMessage[] = [];
  const closed: string[] = [];
  const opened = openSession({
    model: 'gpt-realtime-2.1',
    pace: { firstAudioLatencyMs: 0, speed: 1000 },
    transcriptionDelayMs: 1,
    maxSessionMs: 60 * 60_000,
    behaviour: () => behaviour.parse({}),
    faults: createFaults(),
    scripts: createScripts(),
    send: (event) => sent.push(event),
    close: (code, reason) => closed.push(`${code} ${reason}`),
    drop: () => closed.push('dropped'),
  });
  const say = (event: object) => opened.onMessage(JSON.stringify(event));
  return { opened, sent, closed, say, types: () => sent.map(({ type }) => type) };
}

test('a session ends after 60 minutes, with the reason', () => {
  const { sent, closed } = session();
  vi.advanceTimersByTime(60 * 60_000 - 1);
  expect(closed).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(sent.at(-1)).toMatchObject({
    type: 'error',
    error: { code: 'session_expired', message: 'Your session hit the maximum duration of 60 minutes.' },
  });
  expect(closed).toEqual(['1000 session_expired']);
});

// The time counts from the end of the playback, not of the generation, which is much faster.
test('a silent caller is asked after the idle time', async () => {
  const { say, types, sent } = session();
  const detection = { type: 'server_vad', idle_timeout_ms: 5000 };
  say({
    type: 'session.update',
    session: { type: 'realtime', audio: { input: { turn_detection: detection } } },
  });
  say({ type: 'response.create', response: { instructions: 'Say: "one two three four five"' } });
  await vi.advanceTimersByTimeAsync(5500);
  expect(types()).not.toContain('input_audio_buffer.timeout_triggered');
  await vi.advanceTimersByTimeAsync(3000);
  expect(types()).toContain('input_audio_buffer.timeout_triggered');
  expect(sent.findLast(({ type }) => type === 'response.output_audio_transcript.done')).toMatchObject({
    transcript: 'Are you still there?',
  });
});

test('a session that is over sends nothing more', async () => {
  const { opened, say, sent } = session();
  say({ type: 'response.create' });
  opened.onClosed(1006);
  const before = sent.length;
  await vi.advanceTimersByTimeAsync(120_000);
  expect(sent).toHaveLength(before);
  expect(opened.record.closeCode).toBe(1006);
});
