import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { audioDelta } from './audio-delta.ts';
import { readAmongOthers } from './delta.harness.ts';

const delta = {
  type: 'response.output_audio.delta',
  event_id: 'event_1',
  response_id: 'resp_1',
  item_id: 'item_1',
  output_index: 0,
  content_index: 0,
  delta: '/////w==',
};

const readAudioDelta = (text: string) => readAmongOthers(text, 'response.output_audio.delta');

function bySchema(text: string) {
  try {
    return audioDelta.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Like the real event, but with anything missing, added, reordered or of another kind. */
const message = fc
  .record(
    {
      type: fc.constantFrom('response.output_audio.delta', 'response.done', 'x'),
      event_id: fc.oneof(fc.string(), fc.constant('event_1'), fc.integer()),
      response_id: fc.oneof(fc.string(), fc.constant('resp_1')),
      item_id: fc.oneof(fc.string({ unit: 'binary' }), fc.constant('item_1')),
      output_index: fc.oneof(fc.nat(), fc.integer(), fc.double(), fc.constant(0)),
      content_index: fc.oneof(fc.nat(), fc.constant(0), fc.constant('0')),
      delta: fc.oneof(fc.base64String(), fc.string()),
      obfuscation: fc.oneof(fc.string(), fc.constant(null), fc.object()),
    },
    { requiredKeys: [] },
  )
  .chain((fields) => fc.shuffledSubarray(Object.entries(fields), { minLength: Object.keys(fields).length }))
  .map((entries) => Object.fromEntries(entries));

describe('reading audio by position', () => {
  test('the event as the server writes it', () => {
    expect(readAudioDelta(JSON.stringify(delta))).toEqual(delta);
    expect(readAudioDelta(JSON.stringify({ ...delta, obfuscation: 'aXk2' }))).toEqual(delta);
    const { event_id, ...others } = delta;
    expect(readAudioDelta(JSON.stringify({ event_id, ...others }))).toEqual(delta);
    expect(readAudioDelta(JSON.stringify(others))).toEqual({ ...delta, event_id: '' });
  });

  // A shortcut that accepts what the schema refuses lets unchecked text reach the carrier's JSON.
  test('gives the schema’s answer, or none', () => {
    fc.assert(
      fc.property(message, (fields) => {
        const text = JSON.stringify(fields);
        const read = readAudioDelta(text);
        if (read !== undefined) expect(read).toEqual(bySchema(text));
      }),
      { numRuns: 2000 },
    );
  });

  test('damaged text never passes unless it is still the event', () => {
    const text = JSON.stringify(delta);
    fc.assert(
      fc.property(fc.nat(text.length), fc.nat(5), fc.string({ maxLength: 4 }), (at, removed, added) => {
        const damaged = text.slice(0, at) + added + text.slice(at + removed);
        const read = readAudioDelta(damaged);
        if (read !== undefined) expect(read).toEqual(bySchema(damaged));
      }),
      { numRuns: 3000 },
    );
  });

  test.each([
    ['another type', JSON.stringify({ ...delta, type: 'response.output_audio.done' })],
    ['a missing field', JSON.stringify({ ...delta, item_id: undefined })],
    ['audio that is not base64', JSON.stringify({ ...delta, delta: 'a-b_' })],
    ['trailing text', `${JSON.stringify(delta)} `],
    ['a duplicate key', JSON.stringify(delta).replace('{', '{"delta":"AAAA",')],
    ['a negative index', JSON.stringify({ ...delta, output_index: -1 })],
    ['an index with a leading zero', JSON.stringify(delta).replace('"output_index":0', '"output_index":00')],
    ['nothing', ''],
  ])('leaves %s to the schema', (_what, text) => {
    expect(readAudioDelta(text)).toBeUndefined();
  });
});
