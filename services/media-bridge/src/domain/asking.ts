/** What the engine is asked to say, and asked again when it would not. */
import type { CallState } from './call-state.ts';

/** Responses the engine may fail in a row. */
const MAX_REFUSALS = 2;

export interface Asking {
  /** With instructions, only what they say; else whatever the conversation wants. */
  ask(instructions?: string): void;
  /** The last words of a call, told from all others when they come. */
  askGoodbye(instructions: string): void;
  /** The conversation goes on as the note says, with all the session knows and may do. */
  goOn(note: string): void;
  /** The engine would not answer. One that keeps refusing is as good as lost. */
  refused(nowMs: number): void;
  /** It answered. */
  answered(): void;
}

export interface AskingSurroundings {
  call: CallState;
  expectWords(): void;
  onUseless(nowMs: number): void;
}

export function createAsking({ call, expectWords, onUseless }: AskingSurroundings): Asking {
  let refusals = 0;
  let lastAsked: { instructions?: string; goodbye?: true } = {};

  function tell(asked: typeof lastAsked): void {
    lastAsked = asked;
    expectWords();
    call.tell({ kind: 'respond', ...asked });
  }

  const ask = (instructions?: string) => tell(instructions ? { instructions } : {});

  return {
    ask,
    askGoodbye: (instructions) => tell({ instructions, goodbye: true }),
    goOn(note) {
      // Asked again, it is still there.
      lastAsked = {};
      expectWords();
      call.tell({ kind: 'respond', note });
    },
    refused(nowMs) {
      refusals += 1;
      call.decide({ kind: 'degraded', reason: 'model_refused', atMs: nowMs });
      if (refusals > MAX_REFUSALS) {
        refusals = 0;
        onUseless(nowMs);
        return;
      }
      tell(lastAsked);
    },
    answered() {
      refusals = 0;
      lastAsked = {};
    },
  };
}
