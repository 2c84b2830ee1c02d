/**
 * What a pause asks for, by what it is in the middle of. While a tool works, a word to the caller; after both have said
 * goodbye, the end; in a silence, "are you still there?", once more, and then a polite end.
 *
 * One timer: the session says after every event which pause it is in, if any, and the timer runs while that stays.
 */
import type { CallDecision } from './call-decision.ts';

/**
 * A tool works in silence for this long, then the caller hears that it does; and again. By then they have waited for the
 * end of their turn to be noticed and for the model to ask, and the word takes a moment to come: two seconds in all is
 * the most that nobody wonders about.
 */
const FILLER_AFTER_MS = 700;
const FILLER_AGAIN_MS = 1_500;
/** No sound at all for so long, though no tool took its time: several did, or the model before it asked for one. */
const FILLER_QUIET_MS = 1_200;
const MAX_FILLERS = 3;
/** Both said goodbye: the caller might still have something to add. */
export const FAREWELL_PAUSE_MS = 2_500;
/** And what was booked has to be written down. */
const NOTING_PAUSE_MS = 5_000;
const QUESTIONS_INTO_SILENCE = 2;

export type Pause = 'tool' | 'farewell' | 'noting' | 'silence';
export type PauseStep = 'filler' | 'hang_up' | 'ask_still_there' | 'give_up';

export interface Pauses {
  /**
   * The pause the call is in now.
   * @param quietMs how long nothing has been heard on the line
   */
  now(pause: Pause | undefined, quietMs: number): CallDecision[];
  /** The timer fired. */
  over(): PauseStep | undefined;
  /** No tool is at work any more: the wait for the next one is another. */
  answered(): void;
  /** The caller did something: whoever is there is not asked for. */
  sign(): void;
}

/** @param silenceMs everything was heard, and nobody says anything for so long */
export function createPauses(silenceMs: number): Pauses {
  let current: Pause | undefined;
  let fillers = 0;
  let questions = 0;

  function lengthMs(pause: Pause, quietMs: number): number | undefined {
    switch (pause) {
      case 'tool':
        if (fillers >= MAX_FILLERS) return undefined;
        if (fillers > 0) return FILLER_AGAIN_MS;
        return Math.max(0, Math.min(FILLER_AFTER_MS, FILLER_QUIET_MS - quietMs));
      case 'farewell':
        return FAREWELL_PAUSE_MS;
      case 'noting':
        return NOTING_PAUSE_MS;
      case 'silence':
        return silenceMs;
      default:
        return pause satisfies never;
    }
  }

  return {
    now(pause, quietMs) {
      if (pause === current) return [];
      const decisions: CallDecision[] = current === undefined ? [] : [{ kind: 'cancel_timer', timer: 'pause' }];
      current = pause;
      if (pause === 'silence') fillers = 0;
      const ms = pause && lengthMs(pause, quietMs);
      if (ms !== undefined) decisions.push({ kind: 'set_timer', timer: 'pause', ms });
      return decisions;
    },
    over() {
      const pause = current;
      current = undefined;
      switch (pause) {
        case 'tool':
          fillers += 1;
          return 'filler';
        case 'farewell':
        case 'noting':
          return 'hang_up';
        case 'silence':
          questions += 1;
          return questions > QUESTIONS_INTO_SILENCE ? 'give_up' : 'ask_still_there';
        case undefined:
          return undefined;
        default:
          return pause satisfies never;
      }
    },
    answered() {
      fillers = 0;
    },
    sign() {
      questions = 0;
    },
  };
}
