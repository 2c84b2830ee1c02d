/** What the engine is asked to say, and asked again when it would not. */
import type { CallState } from './call-state.ts';

/** Responses the engine may fail in a row. */
const MAX_REFUSALS = 2;

export interface Asking {
  /** With instructions, only what they say; else whatever the conversation wants. */
  ask(instructions?: string): void;
  /** The engine would not answer. One that keeps refusing is as good as lost. */
  refused(nowMs: number): void;
  /** It answered. */
  answered(): void;
  /** It ended what was to be an answer with nothing in it: a filter, or a tool call that was cut off. */
  saidNothing(): void;
}

export interface AskingSurroundings {
  call: CallState;
  expectWords(): void;
  onUseless(nowMs: number): void;
}

export function createAsking({ call, expectWords, onUseless }: AskingSurroundings): Asking {
  let refusals = 0;
  let lastAsked: string | undefined;
  let askedAgain = false;

  function ask(instructions?: string): void {
    lastAsked = instructions;
    expectWords();
    call.tell({ kind: 'respond', ...(instructions ? { instructions } : {}) });
  }

  return {
    ask,
    refused(nowMs) {
      refusals += 1;
      call.decide({ kind: 'degraded', reason: 'model_refused', atMs: nowMs });
      if (refusals > MAX_REFUSALS) {
        refusals = 0;
        onUseless(nowMs);
        return;
      }
      ask(lastAsked);
    },
    answered() {
      refusals = 0;
      lastAsked = undefined;
      askedAgain = false;
    },
    saidNothing() {
      refusals = 0;
      // Nothing twice is what it has to say.
      if (askedAgain) lastAsked = undefined;
      else ask(lastAsked);
      askedAgain = !askedAgain;
    },
  };
}
