// Pins: an event taken for another one, and so dropped unread.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eventTypeOf, startOf } from './event-type.ts';

/** Between bytes of other messages. */
function typeOf(message: Uint8Array): string | undefined {
  const bytes = Buffer.concat([Buffer.from('{"'), message, Buffer.from('"}')]);
  return eventTypeOf(startOf(bytes, 2, 2 + message.length));
}

const type = fc.constantFrom('response.done', 'rate_limits.updated', 'response.output_audio.delta');

test('the type is known from the first bytes, in both orders the server has', () => {
  expect(typeOf(Buffer.from('{"type":"response.done","event_id":"event_1"}'))).toBe('response.done');
  expect(typeOf(Buffer.from('{"event_id":"event_B-1","type":"response.done","response":{}}'))).toBe('response.done');
});

test('it is the type that the JSON has, or unknown', () => {
  const value = fc.oneof(fc.string(), type, fc.record({ type }), fc.constant('"type":"response.done"'));
  const event = fc
    .dictionary(fc.constantFrom('event_id', 'item', 'delta', 'a"b'), value)
    .chain((others) =>
      fc.tuple(fc.boolean(), type).map(([first, own]) => (first ? { type: own, ...others } : { ...others, type: own })),
    );
  fc.assert(
    fc.property(event, fc.constantFrom(undefined, 1), (fields, space) => {
      const found = typeOf(Buffer.from(JSON.stringify(fields, undefined, space)));
      if (found !== undefined) expect(found).toBe(fields.type);
    }),
    { numRuns: 2_000 },
  );
});

test('no message is too short, or no text at all', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      expect(typeOf(Buffer.from(bytes))).toBeUndefined();
    }),
  );
});
