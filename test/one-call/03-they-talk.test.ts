// Pins: audio damaged on the way, words that one end said and the other never heard, a question that is not answered.
import { judgeCall } from '@frontdesk/deploy/local/demo/checks.ts';
import { saysPhrase, wordsOf } from '@frontdesk/deploy/local/demo/words.ts';
import { expect, inject, test } from 'vitest';
import './provided.ts';

const { call } = inject('oneCall');
const { report, kept, story } = call;

test('nothing that independent witnesses of the call know contradicts another', () => {
  expect(judgeCall(call)).toEqual([]);
});

test('the receptionist speaks first, with the business’s greeting', () => {
  expect(wordsOf(report.heard[0]?.text ?? '').join(' ')).toBe('hi this is prairie comfort how can i help you');
  expect(kept?.turns[0]?.role).toBe('receptionist');
});

test('no word was damaged, and the telephone network had nothing to complain of', () => {
  expect(report.damagedWords).toBe(0);
  expect(report.errors).toEqual([]);
  expect(report.script).toMatchObject({ done: true });
});

test('what the caller said is in the transcript, word for word', () => {
  const said = report.said.flatMap(({ text }) => wordsOf(text));
  const written = (kept?.turns ?? []).filter(({ role }) => role === 'caller').flatMap(({ text }) => wordsOf(text));
  expect(written).toEqual(said);
});

test('the question is answered from what the business knows, through the tool', () => {
  expect(saysPhrase(report.heard.map(({ text }) => text).join(' '), story.answer)).toBe(true);
  const search = kept?.tool_calls.find(({ name }) => name === 'search_knowledge');
  expect(search).toMatchObject({ outcome: 'ok', output: expect.stringContaining(story.answer) });
});
