// Pins a cursor that loses a page, and one that makes a query of a stranger's text.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readCursor, writeCursor } from './list-cursor.ts';

it('reads what it wrote', () => {
  const place = fc.record({
    startsAt: fc
      .bigInt({ min: 0n, max: 4_000_000_000_000_000n })
      .map((us) => Temporal.Instant.fromEpochNanoseconds(us * 1_000n)),
    appointmentId: fc.uuid(),
  });
  fc.assert(
    fc.property(place, ({ startsAt, appointmentId }) => {
      const read = readCursor(writeCursor({ startsAt, appointmentId }));
      expect(read?.appointmentId).toBe(appointmentId);
      expect(read?.startsAt.equals(startsAt)).toBe(true);
    }),
  );
});

it('reads nothing else', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(readCursor(text)).toBeUndefined();
    }),
  );
  for (const time of ['2026-13-01T00:00:00.000Z', '0000-01-01T00:00:00Z', '2026-12-01T00:00:00.1234567890Z']) {
    const noTime = Buffer.from(`${time} ${crypto.randomUUID()}`).toString('base64url');
    expect(readCursor(noTime)).toBeUndefined();
  }
});
