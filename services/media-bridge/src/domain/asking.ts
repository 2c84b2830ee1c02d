/** What the engine is asked to say, and asked again when it would not. */
import type { CallState } from './call-state.ts';
import type { ResponseFailure } from './voice-engine.ts';

/** Responses the engine may fail in a row. */
const MAX_REFUSALS = 2;
/** A limit on the rate passes by itself, and another session would meet it with the whole conversation to read. */
const LIMITED_RETRY_MS: readonly number[] = [500, 1_000, 2_000, 4_000];
/** A caller who hears nothing for longer gives up. */
const LIMITED_WITHIN_MS = 8_000;
/** Whoever speaks when it is time to ask again is heard out. */
const BUSY_RETRY_MS = 500;

export interface Asking {
  /** With instructions, only what they say; else whatever the conversation wants. */
  ask(instructions?: string): void;
  /** The last words of a call, told from all others when they come. */
  askGoodbye(instructions: string): void;
  /** The conversation goes on as the note says, with all the session knows and may do. */
  goOn(note: string): void;
  /** The engine would not answer. One that keeps refusing is as good as lost. */
  refused(nowMs: number, failure?: ResponseFailure): void;
  /** The timer `ask_again` fired. */
  askAgain(): void;
  /** It answered. */
  answered(): void;
  /** It ended what was to be an answer with nothing in it: a filter, or a tool call that was cut off. */
  saidNothing(): void;
}

export interface AskingSurroundings {
  call: CallState;
  expectWords(): void;
  /** @param final another session would be no better */
  onUseless(nowMs: number, final: boolean): void;
}

export function createAsking({ call, expectWords, onUseless }: AskingSurroundings): Asking {
  let refusals = 0;
  let lastAsked: { instructions?: string; goodbye?: true } = {};
  let askedAgain = false;
  let limited: { sinceMs: number; tries: number } | undefined;

  function tell(asked: typeof lastAsked): void {
    lastAsked = asked;
    expectWords();
    call.tell({ kind: 'respond', ...asked });
  }

  function waitForRoom(nowMs: number): void {
    limited ??= { sinceMs: nowMs, tries: 0 };
    const leftMs = limited.sinceMs + LIMITED_WITHIN_MS - nowMs;
    if (leftMs <= 0) {
      onUseless(nowMs, true);
      return;
    }
    const waitMs = LIMITED_RETRY_MS[limited.tries] ?? leftMs;
    limited.tries += 1;
    call.decide({ kind: 'set_timer', timer: 'ask_again', ms: Math.min(waitMs, leftMs) });
  }

  /** There is room again. */
  function unlimited(): void {
    if (limited) call.decide({ kind: 'cancel_timer', timer: 'ask_again' });
    limited = undefined;
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
    refused(nowMs, failure) {
      call.decide({ kind: 'degraded', reason: 'model_refused', atMs: nowMs });
      if (failure === 'quota') {
        onUseless(nowMs, true);
        return;
      }
      if (failure === 'rate_limited') {
        waitForRoom(nowMs);
        return;
      }
      refusals += 1;
      if (refusals > MAX_REFUSALS) {
        refusals = 0;
        onUseless(nowMs, false);
        return;
      }
      tell(lastAsked);
    },
    askAgain() {
      if (call.life.phase === 'closing' || limited === undefined) return;
      const busy = call.turns.callerSpeaking() || call.turns.activeResponseId() !== undefined;
      // An answer to the turn, or what is being said, is the answer to this as well.
      if (busy && lastAsked.instructions === undefined)
        call.decide({ kind: 'set_timer', timer: 'ask_again', ms: BUSY_RETRY_MS });
      else tell(lastAsked);
    },
    answered() {
      unlimited();
      refusals = 0;
      lastAsked = {};
      askedAgain = false;
    },
    saidNothing() {
      unlimited();
      refusals = 0;
      // Nothing twice is what it has to say.
      if (askedAgain) lastAsked = {};
      else tell(lastAsked);
      askedAgain = !askedAgain;
    },
  };
}
