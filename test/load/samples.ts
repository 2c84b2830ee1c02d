/** Many measurements of one thing, and what is said about them. */
import { z } from 'zod';

export const summary = z.object({
  count: z.int(),
  p50: z.number(),
  p90: z.number(),
  p99: z.number(),
  max: z.number(),
});
/** In the unit of what was added. */
export type Summary = z.infer<typeof summary>;

export interface Samples {
  add(value: number): void;
  clear(): void;
  /** Undefined when there are none. */
  summarize(): Summary | undefined;
}

/** @param most further values are dropped; the space is taken at once, so that adding costs nothing */
export function createSamples(most: number): Samples {
  const values = new Float64Array(most);
  let count = 0;
  return {
    add(value) {
      if (count >= most) return;
      values[count] = value;
      count += 1;
    },
    clear() {
      count = 0;
    },
    summarize: () => summarize(values.subarray(0, count)),
  };
}

export function summarize(values: Float64Array | readonly number[]): Summary | undefined {
  const sorted = Float64Array.from(values).sort();
  const { length: count } = sorted;
  if (count === 0) return undefined;
  // Nearest rank: a percentile is a value that really occurred.
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * count) - 1)] ?? 0;
  return { count, p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) };
}
