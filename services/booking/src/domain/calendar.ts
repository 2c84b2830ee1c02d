/** The busy times of many resources, ready to be asked "is this range free?" many thousand times. */
import type { BusyRange, TimeRange } from './catalog.ts';

export interface Calendar {
  isFree(resourceId: string, range: TimeRange): boolean;
  /** What is taken of one resource, soonest first, from the first range that ends after a moment. */
  takenFrom(resourceId: string, ms: number): { readonly ranges: readonly TimeRange[]; readonly index: number };
  /** How much of the range is taken: what "least busy" is measured by. Milliseconds. */
  busyMs(resourceId: string, range: TimeRange): number;
  /** How many appointments of a resource begin in the range. */
  startsOf(resourceId: string, range: TimeRange): number;
  /** How many appointments begin in the range, whomever they take up. */
  starts(range: TimeRange): number;
}

/** @param busy in any order; ranges of one resource do not overlap (the database excludes it) */
export function createCalendar(busy: readonly BusyRange[]): Calendar {
  const byResource = Map.groupBy(busy, (range) => range.resourceId);
  for (const ranges of byResource.values()) ranges.sort((one, other) => one.fromMs - other.fromMs);
  const none: BusyRange[] = [];
  const of = (resourceId: string) => byResource.get(resourceId) ?? none;

  return {
    isFree(resourceId, range) {
      const ranges = of(resourceId);
      const next = ranges[firstEndingAfter(ranges, range.fromMs)];
      return !next || next.fromMs >= range.toMs;
    },
    takenFrom(resourceId, ms) {
      const ranges = of(resourceId);
      return { ranges, index: firstEndingAfter(ranges, ms) };
    },
    busyMs(resourceId, range) {
      const ranges = of(resourceId);
      let sum = 0;
      for (let index = firstEndingAfter(ranges, range.fromMs); index < ranges.length; index++) {
        const taken = ranges[index];
        if (!taken || taken.fromMs >= range.toMs) break;
        sum += Math.min(taken.toMs, range.toMs) - Math.max(taken.fromMs, range.fromMs);
      }
      return sum;
    },
    startsOf: (resourceId, range) => countStarts(of(resourceId), range),
    starts: (range) => {
      const begun = busy.filter(({ startMs }) => isIn(range, startMs));
      return new Set(begun.map((one) => one.appointmentId ?? `${one.resourceId} ${one.startMs}`)).size;
    },
  };
}

function countStarts(ranges: readonly BusyRange[], range: TimeRange): number {
  let count = 0;
  // An appointment lies inside what it blocks, so whatever begins in the range ends after its beginning.
  for (let index = firstEndingAfter(ranges, range.fromMs); index < ranges.length; index++) {
    const taken = ranges[index];
    if (!taken || taken.fromMs >= range.toMs) break;
    if (isIn(range, taken.startMs)) count++;
  }
  return count;
}

function isIn({ fromMs, toMs }: TimeRange, ms: number): boolean {
  return fromMs <= ms && ms < toMs;
}

/** Ranges that do not overlap are sorted by their end as well as by their beginning, so this can halve. */
function firstEndingAfter(ranges: readonly TimeRange[], ms: number): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.toMs ?? Number.POSITIVE_INFINITY) <= ms) low = middle + 1;
    else high = middle;
  }
  return low;
}
