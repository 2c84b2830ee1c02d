import { expect, it } from 'vitest';
import { goOnNote, MAX_PAST_ITEMS, restoreConversation } from './restore.ts';

const turn = (text: string) => ({ kind: 'turn', role: 'caller', text, interrupted: false }) as const;
const tool = (name: string) =>
  ({ kind: 'tool', toolCallId: 'c1', name, arguments: '{}', output: '{"ok":true}' }) as const;

function items(...entries: Parameters<typeof restoreConversation>[0][]) {
  const command = restoreConversation(entries.flat(), 'nothing');
  return command.kind === 'restore' ? command.items : [];
}

it('keeps the order of what was said and done, and ends with a note', () => {
  expect(items([turn('Hello'), tool('book_slot'), turn('Thanks')]).map(({ kind }) => kind)).toEqual([
    'said',
    'tool',
    'said',
    'note',
  ]);
});

it('leaves out a hang-up that did not happen, and turns nobody heard', () => {
  expect(items([turn(' '), tool('end_call')]).map(({ kind }) => kind)).toEqual(['note']);
});

// Half a sentence restored as a whole one would be all the caller ever hears of it.
it('lets the model begin a sentence again that broke off at the end, and only there', () => {
  const cut = { kind: 'turn', role: 'receptionist', text: 'I have Tuesday', interrupted: true } as const;
  const restored = items([cut, turn('Wait'), tool('find_slots'), cut]);
  expect(restored.map(({ kind }) => kind)).toEqual(['said', 'said', 'tool', 'note']);
  expect(restored.at(-1)).toMatchObject({ text: expect.stringContaining('"I have Tuesday" Say what you were saying') });
});

// Two gaps in the same sentence: half of it and an apology, restored as what was said, would be all that is said again.
it('lets the model begin a sentence again that broke off twice, and tells it once', () => {
  const said = (text: string, interrupted: boolean) =>
    ({ kind: 'turn', role: 'receptionist', text, interrupted }) as const;
  const restored = items([
    turn('What does it cost?'),
    tool('search_knowledge'),
    said('It costs 129 dollars', true),
    said('Sorry, we were cut off for a moment.', false),
    said('It costs', true),
    said('Sorry, we were', true),
  ]);
  expect(restored.map(({ kind }) => kind)).toEqual(['said', 'tool', 'note']);
  const note = restored.at(-1);
  expect(note).toMatchObject({ text: expect.stringContaining('"It costs 129 dollars" Say what you were saying') });
  expect(note).not.toMatchObject({ text: expect.stringContaining('"It costs" ') });
  expect(note).not.toMatchObject({ text: expect.stringContaining('Sorry') });
});

it('drops the beginning of a very long call, and says so', () => {
  const long = Array.from({ length: MAX_PAST_ITEMS + 50 }, (_, n) => turn(`turn ${n}`));
  const kept = items(long);
  expect(kept).toHaveLength(MAX_PAST_ITEMS + 2);
  expect(kept[0]?.kind).toBe('note');
  expect(kept.at(-2)).toMatchObject({ text: `turn ${MAX_PAST_ITEMS + 49}` });
});

it('apologises only for what was noticed', () => {
  expect(goOnNote('unnoticed')).not.toContain('"');
  expect(goOnNote('model_gap')).toContain('"Sorry, I lost you for a moment."');
  expect(goOnNote('line_gap')).toContain('"Sorry, we were cut off for a moment."');
});
