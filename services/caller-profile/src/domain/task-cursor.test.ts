// Pins: a made-up cursor that reaches SQL.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCursor, encodeCursor } from './task-cursor.ts';

const position = { createdAt: '2026-11-20T15:04:05.123456Z', taskId: '5f0c1f0e-3c55-4a0e-9a51-2f6a4a1c7d10' };
const made = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('cursor', () => {
  it('comes back as it went', () => {
    expect(decodeCursor(encodeCursor(position))).toEqual(position);
    expect(encodeCursor(position).length).toBeLessThanOrEqual(200);
  });

  it('is nothing but what was handed out, whatever is sent', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (sent) => {
        const decoded = decodeCursor(sent);
        if (decoded) expect(decodeCursor(encodeCursor(decoded))).toEqual(decoded);
      }),
    );
  });

  it.each([
    ['nothing', ''],
    ['no base64', '%%%'],
    ['no time', made(['yesterday', position.taskId])],
    ['no id', made([position.createdAt, "' OR 1=1 --"])],
  ])('refuses %s', (_what, cursor) => expect(decodeCursor(cursor)).toBeUndefined());
});
