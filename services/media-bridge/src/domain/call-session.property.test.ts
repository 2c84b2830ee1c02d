/** Whatever order things happen in: calls are answered once, nothing beyond what was sent is truncated, calls end. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { audioOf, harness, profile } from './call-session.harness.ts';
import type { ToolReply } from './tools/tool.ts';

type Call = ReturnType<typeof harness>;

const id = fc.integer({ min: 1, max: 4 });
const responseId = id.map((n) => `r${n}`);
const itemId = fc.record({ response: id, item: fc.integer({ min: 1, max: 2 }) });
const tool = fc.constantFrom('find_slots', 'search_knowledge', 'book_slot', 'save_caller_name', 'end_call', 'nonsense');
const args = fc.constantFrom(
  '{}',
  '',
  '{"query":"x"}',
  '{"name":"Alex"}',
  '{"slot":"s1","name":"Alex"}',
  '{"day":',
  '[]',
);

const step: fc.Arbitrary<(call: Call) => void> = fc.oneof(
  fc.nat(3_000).map((ms) => (call: Call) => call.advance(ms)),
  responseId.map((r) => (call: Call) => void call.engine({ kind: 'response_started', responseId: r })),
  fc
    .record({ at: itemId, ms: fc.integer({ min: 1, max: 1_500 }), content: fc.nat(1) })
    .map(({ at, ms, content }) => (call: Call) => {
      const ids = { responseId: `r${at.response}`, itemId: `r${at.response}i${at.item}` };
      call.engine({ kind: 'words', ...ids, delta: 'some words ' });
      call.engine({ kind: 'audio', ...ids, contentIndex: content, base64: audioOf(ms) });
    }),
  itemId.map(({ response, item }) => (call: Call) => {
    call.engine({ kind: 'item_done', responseId: `r${response}`, itemId: `r${response}i${item}` });
  }),
  fc
    .record({ r: responseId, status: fc.constantFrom('completed' as const, 'cancelled' as const, 'failed' as const) })
    .map(({ r, status }) => (call: Call) => {
      call.engine({ kind: 'response_done', responseId: r, status });
    }),
  fc.record({ r: responseId, n: fc.nat(6), name: tool, text: args }).map(({ r, n, name, text }) => (call: Call) => {
    call.engine({ kind: 'tool_call', responseId: r, toolCallId: `t${n}`, name, arguments: text });
  }),
  fc.record({ n: fc.nat(6), ok: fc.boolean() }).map(
    ({ n, ok }) =>
      (call: Call) =>
        answerTool(call, `t${n}`, ok),
  ),
  id.map((n) => (call: Call) => void call.engine({ kind: 'speech_started', itemId: `u${n}` })),
  id.map((n) => (call: Call) => {
    call.engine({ kind: 'speech_stopped', itemId: `u${n}` });
    call.engine({ kind: 'caller_turn', itemId: `u${n}` });
  }),
  id.map((n) => (call: Call) => void call.engine({ kind: 'caller_words', itemId: `u${n}`, text: 'yes please' })),
  fc.nat(20).map((n) => (call: Call) => {
    const mark = call.all('mark')[n];
    if (mark) call.receive({ kind: 'mark', name: mark.name });
  }),
  fc.constant((call: Call) => void call.receive({ kind: 'dtmf', digit: '5' })),
);

/** The service's answer to whatever was asked under this id. */
function answerTool(call: Call, toolCallId: string, ok: boolean): void {
  const run = call.all('run_tool').find((decision) => decision.toolCallId === toolCallId);
  if (!ok || run === undefined) {
    call.receive({ kind: 'tool_result', toolCallId, result: { ok: false, code: 'conflict', message: 'taken' } });
  } else if (run.request.to === 'searchKnowledge') {
    const reply: ToolReply = { from: 'searchKnowledge', body: { passages: [] } };
    call.receive({ kind: 'tool_result', toolCallId, result: { ok: true, reply } });
  } else if (run.request.to === 'findSlots') {
    const reply: ToolReply = { from: 'findSlots', body: { exact: true, timeZone: 'UTC', slots: [] } };
    call.receive({ kind: 'tool_result', toolCallId, result: { ok: true, reply } });
  } else {
    const callerId = '0d4cbb0e-93f5-4c5f-9b56-3f3e0a0f6a11';
    const reply = { from: 'saveCallerName', body: { callerId, saved: true } } as const;
    if (run.request.to === 'saveCallerName')
      call.receive({ kind: 'tool_result', toolCallId, result: { ok: true, reply } });
  }
}

function played(steps: ((call: Call) => void)[], turnTaking: 'server' | 'robust'): Call {
  const call = harness({ profile: { ...profile, agent: { ...profile.agent, turnTaking } } });
  call.answer();
  for (const act of steps) act(call);
  for (const run of call.all('run_tool')) answerTool(call, run.toolCallId, false);
  call.receive({ kind: 'stream_stopped' });
  call.advance(60_000);
  return call;
}

const conversations = fc.array(step, { maxLength: 60 });

describe.each(['server', 'robust'] as const)('for any conversation, turn-taking %s', (turnTaking) => {
  it('every tool call is answered exactly once, and recorded once', () => {
    fc.assert(
      fc.property(conversations, (steps) => {
        const call = played(steps, turnTaking);
        const outputs = call.commands('tool_output').map(({ toolCallId }) => toolCallId);
        const recorded = call.all('entry').flatMap(({ entry }) => (entry.kind === 'tool' ? [entry.toolCallId] : []));
        // A session that fell silent is left: what is answered then is restored into the next one from the record.
        const answered = call.all('close_engine').length > 0 ? recorded : outputs;
        expect(new Set(answered).size).toBe(answered.length);
        expect([...recorded].sort()).toEqual([...answered].sort());
        expect(recorded).toEqual(expect.arrayContaining(outputs));
        for (const run of call.all('run_tool')) expect(answered).toContain(run.toolCallId);
      }),
      { numRuns: 300 },
    );
  });

  it('nothing is truncated beyond what was sent of it, and nothing is sent after it was cut', () => {
    fc.assert(
      fc.property(conversations, (steps) => {
        const call = played(steps, turnTaking);
        const sentMs = new Map<string, number>();
        for (const [index, decision] of call.decisions.entries()) {
          if (decision.kind !== 'mark') continue;
          const [item = '', ms = '0'] = decision.name.split(':');
          sentMs.set(item, Math.max(sentMs.get(item) ?? 0, Number(ms)));
          const cut = call.decisions
            .slice(0, index)
            .some(
              (before) =>
                before.kind === 'engine' &&
                (before.command.kind === 'truncate' || before.command.kind === 'forget') &&
                before.command.itemId === item,
            );
          expect(cut).toBe(false);
        }
        for (const { heardMs } of call.commands('truncate')) expect(heardMs).toBeGreaterThan(0);
        expect(call.commands('truncate').every((command) => Number.isInteger(command.heardMs))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('the call ends, once, after everything else, with its entries numbered without a gap', () => {
    fc.assert(
      fc.property(conversations, (steps) => {
        const call = played(steps, turnTaking);
        expect(call.all('ended')).toHaveLength(1);
        expect(call.all('close_stream')).toHaveLength(1);
        expect(call.decisions.at(-1)?.kind).toBe('ended');
        const seqs = call.all('entry').map(({ entry }) => entry.seq);
        expect(seqs).toEqual(seqs.map((_, index) => index));
        expect(call.all('ended')[0]?.ending.entries).toBe(seqs.length);
        expect(call.timers.size).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});
