// Pins: words that the short way reads differently from the schema.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readAmongOthers } from './delta.harness.ts';
import { transcriptDelta } from './transcript-delta.ts';

const delta = {
  type: 'response.output_audio_transcript.delta',
  event_id: 'event_1',
  response_id: 'resp_1',
  item_id: 'item_1',
  output_index: 0,
  content_index: 0,
  delta: ' certainly, à demain',
};

const readTranscriptDelta = (text: string) => readAmongOthers(text, 'response.output_audio_transcript.delta');

function bySchema(text: string) {
  try {
    return transcriptDelta.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

test('the event as the server writes it', () => {
  expect(readTranscriptDelta(JSON.stringify(delta))).toEqual(delta);
  expect(readTranscriptDelta(JSON.stringify({ ...delta, type: 'response.output_audio.delta' }))).toBeUndefined();
});

test('any words are read as the schema reads them, or are left to it', () => {
  const odd = ['"', '\\', '\n', '\u0000', '\u007f', '\u2028', '\ud800', 'é', '😀', ',', ':', '{', '}', ' ', 'a', '1'];
  const words = fc.string({ unit: fc.constantFrom(...odd), maxLength: 12 });
  fc.assert(
    fc.property(words, words, fc.oneof(fc.integer(), fc.double()), (said, id, index) => {
      const text = JSON.stringify({ ...delta, delta: said, item_id: id, content_index: index });
      const read = readTranscriptDelta(text);
      if (read !== undefined) expect(read).toEqual(bySchema(text));
    }),
    { numRuns: 2_000 },
  );
});

test('damaged text never passes unless it is still the event', () => {
  const text = JSON.stringify(delta);
  const added = fc.string({ maxLength: 4, unit: fc.constantFrom('"', '\\', '\n', ',', '{', '}', ':', 'a', '1') });
  fc.assert(
    fc.property(fc.nat(text.length), fc.nat(5), added, (at, removed, put) => {
      const damaged = text.slice(0, at) + put + text.slice(at + removed);
      const read = readTranscriptDelta(damaged);
      if (read !== undefined) expect(read).toEqual(bySchema(damaged));
    }),
    { numRuns: 3_000 },
  );
});
