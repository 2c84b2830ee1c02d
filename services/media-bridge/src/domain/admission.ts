/** Whether this bridge takes a call. Decided in one step with the counting, so that two requests cannot share a place. */
export type Refusal = 'full' | 'draining' | 'wrong_pool' | 'unhealthy' | 'claimed_elsewhere' | 'call_over';

export interface BridgeState {
  pool: string;
  capacity: number;
  active: number;
  draining: boolean;
  loopLagMs: number;
}

/** A process this late with its timers cannot keep another conversation fluent: a new caller is better off elsewhere. */
export const MAX_LOOP_LAG_MS = 100;

export interface Wanted {
  pool: string;
  /** `resume`: the call talks already, and ends when nobody goes on with it. Some stutter is better than that. */
  mode: 'new' | 'resume';
}

export function refusal(state: BridgeState, wanted: Wanted): Refusal | undefined {
  if (state.pool !== wanted.pool) return 'wrong_pool';
  if (state.draining) return 'draining';
  if (wanted.mode === 'new' && state.loopLagMs > MAX_LOOP_LAG_MS) return 'unhealthy';
  if (state.active >= state.capacity) return 'full';
  return undefined;
}
