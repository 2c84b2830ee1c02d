/**
 * How big the long tests are. As they stand they take about fourteen minutes on two cores that do nothing else (rolling
 * restart one and a half, race four, soak seven); small numbers try them out.
 *
 * | variable | meaning |
 * |---|---|
 * | `LONG_CALLS` | callers that talk through the rolling restart |
 * | `LONG_RACERS`, `LONG_LINES` | callers at once, for so many lines |
 * | `LONG_SOAK`, `LONG_SOAK_CALLS` | how long calls are placed and broken at random, and how many |
 * | `LONG_CLIENTS`, `LONG_RACE` | how many book, move and cancel on a few resources, and for how long |
 * | `LONG_SEED` | what the dice of the soak and the race begin with; printed, so that a run can be repeated |
 */
import { randomInt } from 'node:crypto';
import { duration, integer, readConfig } from '@frontdesk/config';

export const settings = readConfig({
  LONG_CALLS: integer({ min: 1, max: 200 }).default(40),
  LONG_RACERS: integer({ min: 1, max: 200 }).default(50),
  LONG_LINES: integer({ min: 1, max: 50 }).default(5),
  LONG_SOAK: duration().default(300_000),
  LONG_SOAK_CALLS: integer({ min: 1, max: 1_000 }).default(200),
  LONG_CLIENTS: integer({ min: 2, max: 400 }).default(200),
  LONG_RACE: duration().default(30_000),
  LONG_SEED: integer({ min: 1, max: 2 ** 31 - 1 }).default(randomInt(1, 2 ** 31 - 1)),
});
