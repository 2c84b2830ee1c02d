// Pins: a call that never reached a bridge counted as answered, and one placed in the log at the wrong time.
import { describe, expect, it } from 'vitest';
import {
  factsOfCompleted,
  factsOfEnded,
  factsOfEntry,
  factsOfRejected,
  factsOfStarted,
  saysThatItTalks,
} from './call-facts.ts';

const callSid = `CA${'1'.repeat(32)}`;
const leg = { callSid, direction: 'inbound' as const, from: '+13125550142', to: '+13125550100' };
const usage = { inputTokens: 0, outputTokens: 0, cachedTokens: 0, audioInputTokens: 0, audioOutputTokens: 0 };

describe('facts of', () => {
  it.each([
    ['never_connected', false],
    ['goodbye', true],
    ['stream_lost', true],
  ] as const)('a call that ended by %s: answered is %s', (reason, answered) => {
    const times = { startedAt: '2026-11-20T15:00:00Z', endedAt: '2026-11-20T15:01:00Z' };
    expect(factsOfEnded({ ...leg, ...times, reason, entries: 0, usage })).toMatchObject({
      answered,
      startedKnown: true,
    });
  });

  it('a completed leg: it began its duration ago, and that is a guess', () => {
    const data = { ...leg, status: 'no-answer' as const, durationSeconds: 90, at: '2026-11-20T15:01:30Z' };
    expect(factsOfCompleted(data)).toMatchObject({
      startedAt: '2026-11-20T15:00:00Z',
      startedKnown: false,
      answered: false,
    });
  });

  // Those are looked up before they are written; what any other event says has to be written whatever is known.
  it('a turn: the only ones that say no more than that somebody talks', () => {
    const [startedAt, endedAt, at] = ['2026-11-20T15:00:00Z', '2026-11-20T15:01:00Z', '2026-11-20T15:01:30Z'];
    const started = factsOfStarted({ ...leg, startedAt });
    const ended = factsOfEnded({ ...leg, startedAt, endedAt, reason: 'goodbye', entries: 2, usage });
    const completed = factsOfCompleted({ ...leg, status: 'completed', durationSeconds: 90, at });
    const rejected = factsOfRejected({ ...leg, reason: 'lines_busy', at });
    expect([started, ended, completed, rejected].map(saysThatItTalks)).toEqual([false, false, false, false]);
    const turn = { callSid, seq: 0, role: 'caller' as const, text: 'Hello.', startedAt, endedAt, interrupted: false };
    expect(saysThatItTalks(factsOfEntry(turn))).toBe(true);
  });

  it('a rejected call: inbound, not answered', () => {
    const facts = factsOfRejected({ ...leg, reason: 'lines_busy', at: '2026-11-20T15:00:00Z' });
    expect(facts).toMatchObject({ answered: false, rejectedReason: 'lines_busy', leg: { direction: 'inbound' } });
  });
});
