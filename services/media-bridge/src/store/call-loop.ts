/**
 * What happens to a call, one thing after the other: every input goes through the session, and what it decides is
 * carried out before the next. While it is not known whether the call is still this bridge's, inputs wait.
 */
import type { Clock } from '@frontdesk/lifecycle';
import type { CallDecision, CallInput } from '../domain/call-decision.ts';
import type { CallSession } from '../domain/call-session.ts';

export interface CallLoop {
  /**
   * Decisions may cause inputs of their own; those are handled after them, never inside.
   * @param first done when it is this input's turn
   */
  handle(input: CallInput, first?: () => void): void;
  /** Nothing is handled until somebody said whose call it is. */
  doubt(): void;
  /** Nothing is handled any more. */
  stop(): void;
  /** Asked for every frame of audio, so it is worked out when it changes. */
  readonly doubting: boolean;
  stopped(): boolean;
}

export interface CallLoopOptions {
  clock: Clock;
  session: CallSession;
  carryOut(decision: CallDecision): void;
  /** See `FreezeWatch`. */
  isWakingUp(): boolean;
  /** Resolves when it is known whose call it is, or when nobody can say. */
  whoseCall(): Promise<void>;
  /** A bug: the session or its decisions threw. */
  onFailure(error: unknown): void;
}

export function createCallLoop(options: CallLoopOptions): CallLoop {
  const { clock, session, carryOut, isWakingUp } = options;
  const inputs: { input: CallInput; first: (() => void) | undefined }[] = [];
  let handling = false;
  let stopped = false;

  function handleAll(): void {
    handling = true;
    try {
      for (let each = inputs.shift(); each !== undefined; each = inputs.shift()) {
        each.first?.();
        for (const decision of session.handle(each.input, clock.monotonicMs())) carryOut(decision);
      }
    } catch (error) {
      options.onFailure(error);
    } finally {
      handling = false;
    }
  }

  const loop = {
    doubting: false,
    handle(input: CallInput, first?: () => void) {
      if (stopped) return;
      inputs.push({ input, first });
      if (handling || isWakingUp() || loop.doubting) return;
      handleAll();
    },
    doubt() {
      if (stopped || loop.doubting) return;
      loop.doubting = true;
      void options.whoseCall().finally(() => {
        loop.doubting = false;
        if (!stopped && !handling) handleAll();
      });
    },
    stop() {
      stopped = true;
      inputs.length = 0;
    },
    stopped() {
      return stopped;
    },
  };
  return loop;
}
