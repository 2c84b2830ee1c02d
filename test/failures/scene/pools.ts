/** Pools of bridges that a test has to itself, so that it can break them while others talk. */
export const POOLS = [
  'killed',
  'killed-asking',
  'gateway-alone',
  'frozen',
  'drained',
  'refused',
  'rotated',
  'rolling',
  'soaked',
] as const;
export type Pool = (typeof POOLS)[number];
