/**
 * How PostgreSQL's values become JavaScript's and back. Kept per connection: pg's global registry would change every
 * other user of pg in the process.
 */
import pg from 'pg';

const { builtins } = pg.types;

/** Reads: `timestamptz` → Temporal.Instant, `date` → Temporal.PlainDate, `int8` → a number that is exact, or an error. */
export const typeParsers: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (format === 'binary') return pg.types.getTypeParser(oid, format);
    switch (oid) {
      case builtins.TIMESTAMPTZ:
        return parseInstant;
      case builtins.DATE:
        return (text: string) => Temporal.PlainDate.from(text);
      case builtins.INT8:
        return parseInt8;
      // Without a zone it is no point in time, and pg would guess the process's: hand out the text instead.
      case builtins.TIMESTAMP:
        return (text: string) => text;
      default:
        return pg.types.getTypeParser(oid, 'text');
    }
  },
};

/** PostgreSQL's text form, such as `2026-01-05 15:00:00.25+00`. @throws RangeError for `infinity` */
export function parseInstant(text: string): Temporal.Instant {
  return Temporal.Instant.from(text);
}

function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError('an int8 is too large to be exact as a number');
  return value;
}

/** A query parameter as pg understands it. pg would write a Temporal value as quoted JSON. */
export function toParameter(value: unknown): unknown {
  if (value instanceof Temporal.ZonedDateTime) return value.toInstant().toString();
  if (
    value instanceof Temporal.Instant ||
    value instanceof Temporal.PlainDate ||
    value instanceof Temporal.PlainTime ||
    value instanceof Temporal.PlainDateTime ||
    value instanceof Temporal.Duration
  ) {
    return value.toString();
  }
  return Array.isArray(value) ? value.map(toParameter) : value;
}
