/** `tstzrange` values: from the start, included, to the end, excluded. */
import { parseInstant } from './value-types.ts';

export interface InstantRange {
  start: Temporal.Instant;
  end: Temporal.Instant;
}

/** The parameter for a `tstzrange` column; cast it: `${formatInstantRange(during)}::tstzrange`. */
export function formatInstantRange({ start, end }: InstantRange): string {
  return `[${start.toString()},${end.toString()})`;
}

/**
 * What PostgreSQL prints for a bounded `[)` range: `["2026-01-05 15:00:00+00","2026-01-05 15:30:00+00")`.
 *
 * @throws RangeError for an empty or unbounded range, which no appointment can be
 */
export function parseInstantRange(text: string): InstantRange {
  const [, start, end] = /^\["?([^",]+)"?,"?([^",]+)"?\)$/.exec(text) ?? [];
  if (start === undefined || end === undefined) throw new RangeError('not a bounded [start, end) range of instants');
  return { start: parseInstant(start), end: parseInstant(end) };
}
