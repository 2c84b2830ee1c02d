// Pins: a prompt that is not the transcript (order, speakers, interruptions, tool results), or that has no bound.
import { describe, expect, it } from 'vitest';
import type { Conversation } from './conversation.ts';
import { summaryPrompt } from './summary-prompt.ts';

const at = (seconds: number) => Temporal.Instant.from('2026-11-20T15:00:00Z').add({ seconds }).toString();

function turn(seq: number, role: 'caller' | 'receptionist', text: string, interrupted = false) {
  return { seq, role, text, startedAt: at(seq * 10), endedAt: at(seq * 10 + 5), interrupted };
}

const conversation: Conversation = {
  startedAt: at(0),
  endReason: 'goodbye',
  turns: [
    turn(3, 'caller', 'The first one, I am Maria Lopez'),
    turn(0, 'receptionist', 'Hi, this is Northside Heating', true),
    turn(1, 'caller', 'My furnace\nis  broken'),
  ],
  toolCalls: [
    {
      seq: 2,
      name: 'find_slots',
      arguments: '{"day":"any"}',
      outcome: 'ok',
      output: '{"slots":[]}',
      startedAt: at(20),
      durationMs: 12,
    },
  ],
};

describe('summaryPrompt', () => {
  it('shows the transcript in the order it happened', () => {
    expect(summaryPrompt(conversation).user).toBe(
      [
        '<transcript>',
        '[00:00] Receptionist: Hi, this is Northside Heating — (interrupted)',
        '[00:10] Caller: My furnace is broken',
        '[00:20] (tool find_slots {"day":"any"} → ok: {"slots":[]})',
        '[00:30] Caller: The first one, I am Maria Lopez',
        '</transcript>',
        'The call ended: goodbye.',
      ].join('\n'),
    );
  });

  it('keeps the beginning and the end of a conversation that is too long', () => {
    const turns = Array.from({ length: 3_000 }, (_, seq) => turn(seq, 'caller', `line ${seq} ${'x'.repeat(90)}`));
    const { user } = summaryPrompt({ ...conversation, turns, toolCalls: [] });
    expect(user.length).toBeLessThan(101_000);
    expect(user).toContain('line 0 ');
    expect(user).toContain('line 2999 ');
    expect(user).toMatch(/\[… \d+ lines left out …\]/);
    const shown = user.split('\n').filter((text) => text.includes('Caller:')).length;
    const leftOut = Number(/… (\d+) lines/.exec(user)?.[1]);
    expect(shown + leftOut).toBe(3_000);
  });

  it('bounds what a tool answered', () => {
    const [call] = conversation.toolCalls;
    const toolCalls = call ? [{ ...call, output: 'y'.repeat(50_000) }] : [];
    expect(summaryPrompt({ ...conversation, toolCalls }).user.length).toBeLessThan(3_000);
  });
});
