/** The busy times of many resources, ready to be asked "is this range free?" many thousand times. */
import type { BusyRange, TimeRange } from './catalog.ts';

export interface Calendar {
  isFree(resourceId: string, range: TimeRange): boolean;
  /** How much of the range is taken: what "least busy" is measured by. Milliseconds. */
  busyMs(resourceId: string, range: TimeRange): number;
}

/** @param busy in any order; ranges of one resource do not overlap (the database excludes it) */
export function createCalendar(busy: readonly BusyRange[]): Calendar {
  const byResource = Map.groupBy(busy, (range) => range.resourceId);
  for (const ranges of byResource.values()) ranges.sort((one, other) => one.fromMs - other.fromMs);

  return {
    isFree(resourceId, range) {
      const ranges = byResource.get(resourceId) ?? [];
      const next = ranges[firstEndingAfter(ranges, range.fromMs)];
      return !next || next.fromMs >= range.toMs;
    },
    busyMs(resourceId, range) {
      const ranges = byResource.get(resourceId) ?? [];
      let sum = 0;
      for (let index = firstEndingAfter(ranges, range.fromMs); index < ranges.length; index++) {
        const taken = ranges[index];
        if (!taken || taken.fromMs >= range.toMs) break;
        sum += Math.min(taken.toMs, range.toMs) - Math.max(taken.fromMs, range.fromMs);
      }
      return sum;
    },
  };
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
