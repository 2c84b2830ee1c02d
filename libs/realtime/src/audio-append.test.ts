// Pins: bytes of the line that reach the model as JSON, or audio that does not reach it as it came.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { appendMessage } from './audio-append.ts';
import { BASE64 } from './audio-delta.ts';

const before = '{"type":"input_audio_buffer.append","audio":"';

test('any audio goes in as it is', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (audio) => {
      const base64 = Buffer.from(audio).toString('base64');
      expect(appendMessage(Buffer.from(base64))?.toString()).toBe(`${before}${base64}"}`);
    }),
  );
});

test('anything else is refused, as the schema of the model’s own audio would', () => {
  const text = fc.string({
    maxLength: 12,
    unit: fc.constantFrom('A', 'z', '9', '+', '/', '=', '"', '}', '\\', '-', 'é'),
  });
  fc.assert(
    fc.property(text, (bytes) => {
      const message = appendMessage(Buffer.from(bytes));
      expect(message?.toString()).toBe(BASE64.test(bytes) ? `${before}${bytes}"}` : undefined);
    }),
    { numRuns: 3_000 },
  );
});
