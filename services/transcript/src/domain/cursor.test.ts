// Pins: a made-up cursor that reaches SQL.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCursor, encodeCursor } from './cursor.ts';

const position = { startedAt: '2026-11-20T15:04:05.123456Z', callSid: `CA${'0f'.repeat(16)}` };
const made = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

// fast-check's own `binary` builds a table of a million characters first.
const anyCharacter = fc.nat(0x10ffff).map((code) => String.fromCodePoint(code));

describe('cursor', () => {
  it('comes back as it went', () => {
    expect(decodeCursor(encodeCursor(position))).toEqual(position);
    expect(encodeCursor(position).length).toBeLessThanOrEqual(200);
  });

  it('is nothing but what was handed out, whatever is sent', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter, maxLength: 200 }), (sent) => {
        const decoded = decodeCursor(sent);
        if (decoded) expect(decodeCursor(encodeCursor(decoded))).toEqual(decoded);
      }),
    );
  });

  it.each([
    ['nothing', ''],
    ['no base64', '%%%'],
    ['no JSON', 'aGVsbG8'],
    ['an object', made({ ...position })],
    ['no time', made(['yesterday', position.callSid])],
    ['no CallSid', made([position.startedAt, "' OR 1=1 --"])],
    ['too many parts', made([position.startedAt, position.callSid, 1])],
  ])('refuses %s', (_what, cursor) => {
    expect(decodeCursor(cursor)).toBeUndefined();
  });
});
