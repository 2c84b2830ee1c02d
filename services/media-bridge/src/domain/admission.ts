/** Whether this bridge takes a call. Decided in one step with the counting, so that two requests cannot share a place. */
export type Refusal = 'full' | 'draining' | 'wrong_pool' | 'unhealthy' | 'claimed_elsewhere' | 'call_over';

export interface BridgeState {
  pool: string;
  capacity: number;
  active: number;
  draining: boolean;
  loopLagMs: number;
}

/** A process this late with its timers cannot keep another conversation fluent. */
export const MAX_LOOP_LAG_MS = 100;

export function refusal(state: BridgeState, wantedPool: string): Refusal | undefined {
  if (state.pool !== wantedPool) return 'wrong_pool';
  if (state.draining) return 'draining';
  if (state.loopLagMs > MAX_LOOP_LAG_MS) return 'unhealthy';
  if (state.active >= state.capacity) return 'full';
  return undefined;
}
