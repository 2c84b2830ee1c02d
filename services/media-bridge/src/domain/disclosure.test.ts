/** What has to be disclosed is heard, whoever speaks into it, and in whatever session or bridge the call goes on. */
import { describe, expect, it } from 'vitest';
import { harness, profile } from './call-session.harness.ts';

const TEXT = 'Please note: this call is recorded.';
const GREETING = `${TEXT} Hi, how can I help you?`;
const OWED = `You have not yet told the caller: "${TEXT}"`;
const disclosing = {
  ...profile,
  agent: { ...profile.agent, disclosure: { assistant: false, recording: true } },
};

type Call = ReturnType<typeof harness>;

/** What the engine's session is told at this moment. */
function told(call: Call): string {
  const commands = call.decisions.flatMap((decision) => (decision.kind === 'engine' ? [decision.command] : []));
  const last = commands.findLast(({ kind }) => kind === 'configure' || kind === 'update_instructions');
  if (last?.kind === 'configure') return last.settings.instructions;
  return last?.kind === 'update_instructions' ? last.instructions : '';
}

function greeted(resumed?: Parameters<typeof harness>[0]): Call {
  const call = harness({ profile: disclosing, ...resumed });
  call.answer();
  call.speak('r1', GREETING, 4_000);
  return call;
}

describe('a disclosure', () => {
  it('heard to its end is not spoken of again', () => {
    const call = greeted();
    call.advance(4_000);
    call.echoMarks();
    expect(told(call)).not.toContain('not yet told');
    call.say('u1', 'Hello');
    expect(call.commands('update_instructions')).toHaveLength(1);
  });

  it('counts as heard when the caller speaks after it, into the rest of the greeting', () => {
    const call = greeted();
    call.advance(3_500);
    for (const { name } of call.all('mark').slice(0, -1)) call.receive({ kind: 'mark', name });
    call.engine({ kind: 'speech_started', itemId: 'u1' });
    expect(call.turns()[0]).toMatchObject({ interrupted: true, text: expect.stringContaining('recorded') });
    expect(told(call)).not.toContain('not yet told');
  });

  // The model answers by itself as soon as the turn is over: told any later it would answer without.
  it('that was cut off is said first in the answer to the interruption', () => {
    const call = greeted();
    call.advance(300);
    call.engine({ kind: 'speech_started', itemId: 'u1' });
    expect(call.turns()[0]?.text).not.toContain('recorded');
    expect(told(call)).toContain(OWED);
    call.engine({ kind: 'speech_stopped', itemId: 'u1' });
    call.engine({ kind: 'caller_turn', itemId: 'u1' });
    call.speak('r2', 'Please note, this call is recorded! Hello?', 1_000);
    call.advance(500);
    expect(told(call)).toContain(OWED);
    call.advance(500);
    call.echoMarks();
    expect(told(call)).not.toContain('not yet told');
  });

  it('that was cut off is owed in another session, and in another bridge', () => {
    const call = greeted();
    call.advance(300);
    call.say('u1', 'Hello?');
    call.engine({ kind: 'lost', reason: 'closed' });
    call.advance(0);
    call.engine({ kind: 'connected' });
    call.advance(150);
    expect(call.commands('configure')).toHaveLength(2);
    expect(told(call)).toContain(OWED);
    const entries = call.all('entry').map(({ entry }) => entry);
    for (const [text, owed] of [
      [undefined, true],
      [GREETING, false],
    ] as const) {
      const said = entries.map((entry) =>
        entry.kind === 'turn' && text && entry.seq === 0 ? { ...entry, text } : entry,
      );
      const other = harness({
        profile: disclosing,
        resumed: { entries: said, offers: [], unsettled: [], startedAtMs: 0 },
      });
      other.answer();
      expect(told(other).includes(OWED)).toBe(owed);
    }
  });

  it('is not asked for for ever when the model says it in other words', () => {
    const call = greeted();
    call.advance(300);
    for (const turn of [1, 2, 3]) {
      call.say(`u${turn}`, '¿Hola?');
      expect(told(call)).toContain(OWED);
      call.speak(`a${turn}`, 'Esta llamada se graba.', 1_000);
      call.advance(1_000);
      call.echoMarks();
    }
    expect(told(call)).not.toContain('not yet told');
  });

  it('that there is none of is never spoken of', () => {
    const call = harness();
    call.answer();
    expect(told(call)).not.toContain('not yet told');
  });
});
