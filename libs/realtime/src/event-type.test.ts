// Pins: an event taken for another one, and so dropped unread.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eventTypeOf } from './event-type.ts';

const type = fc.constantFrom('response.done', 'rate_limits.updated', 'response.output_audio.delta');

test('the type is known from the first bytes, in both orders the server has', () => {
  expect(eventTypeOf(Buffer.from('{"type":"response.done","event_id":"event_1"}'))).toBe('response.done');
  expect(eventTypeOf(Buffer.from('{"event_id":"event_B-1","type":"response.done","response":{}}'))).toBe(
    'response.done',
  );
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
      const found = eventTypeOf(Buffer.from(JSON.stringify(fields, undefined, space)));
      if (found !== undefined) expect(found).toBe(fields.type);
    }),
    { numRuns: 2_000 },
  );
});

test('no message is too short, or no text at all', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      expect(eventTypeOf(Buffer.from(bytes))).toBeUndefined();
    }),
  );
});
