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
  doubting(): boolean;
  stopped(): boolean;
}

export interface CallLoopOptions {
  clock: Clock;
  session: CallSession;
  carryOut(decision: CallDecision): void;
  /** All there was is handled, or has to wait from now on. */
  onSettled(): void;
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
  let doubting = false;

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
      options.onSettled();
    }
  }

  return {
    handle(input, first) {
      if (stopped) return;
      inputs.push({ input, first });
      if (handling || isWakingUp() || doubting) return;
      handleAll();
    },
    doubt() {
      if (stopped || doubting) return;
      doubting = true;
      options.onSettled();
      void options.whoseCall().finally(() => {
        doubting = false;
        if (!stopped && !handling) handleAll();
      });
    },
    stop() {
      stopped = true;
      inputs.length = 0;
    },
    doubting() {
      return doubting;
    },
    stopped() {
      return stopped;
    },
  };
}
