/**
 * Nobody speaks: which pause the call is in, and what is done about it (`pauses.ts` knows when). A tool that is slow
 * gets a word to the caller, a caller who says nothing is asked whether they are there, and a call whose goodbyes are
 * said ends.
 */
import type { CallState } from './call-state.ts';
import type { Ending } from './ending.ts';
import { nobodyThere, oneMoment, stillThere } from './instructions.ts';
import type { Pause } from './pauses.ts';

/** So long after the caller's last sign nothing of it is under way any more. */
const CALLER_QUIET_MS = 500;

export interface Silence {
  /** Everything is said, heard and answered: nobody notices what happens now. */
  isComplete(nowMs: number): boolean;
  /** The silence, if that is the pause the call is in, lasts until somebody speaks. */
  isLasting(): boolean;
  /** The timer `pause` fired. */
  over(nowMs: number): void;
  /** What follows from the new state. */
  conclude(nowMs: number): void;
}

export interface SilenceSurroundings {
  call: CallState;
  ending: Ending;
  ask(instructions: string): void;
  askGoodbye(instructions: string): void;
  /** Words were asked for and are not complete. */
  owing(): boolean;
  /** When the caller last gave a sign. */
  callerHeardMs(): number;
}

export function createSilence({ call, ending, ask, askGoodbye, owing, callerHeardMs }: SilenceSurroundings): Silence {
  const { speech, caller, turns, interruption, keypad, desk, prewarm, goodbye, farewells, pauses, decide } = call;
  let audible = false;
  let quietSinceMs = call.facts.reservedAtMs;

  /** The pause the call is in, when nobody speaks, nothing is being generated and all was heard. */
  function pauseNow(): Pause | undefined {
    if (call.life.phase !== 'talking' || prewarm.state() !== 'ready' || goodbye.reason() !== undefined)
      return undefined;
    if (turns.callerSpeaking() || interruption.open() || keypad.pressing() || owing()) return undefined;
    if (turns.activeResponseId() !== undefined || !speech.allHeard()) return undefined;
    if (desk.running() > 0) return 'tool';
    if (!farewells.both()) return 'silence';
    return farewells.booked() ? 'noting' : 'farewell';
  }

  return {
    isComplete: (nowMs) =>
      !owing() &&
      turns.activeResponseId() === undefined &&
      !turns.callerSpeaking() &&
      // What the caller said may be on its way between two events.
      nowMs - callerHeardMs() > CALLER_QUIET_MS &&
      caller.pending() === 0 &&
      !keypad.pressing() &&
      desk.running() === 0 &&
      goodbye.reason() === undefined &&
      speech.allHeard(),
    isLasting() {
      return pauseNow() === 'silence';
    },
    over(nowMs) {
      const step = pauses.over();
      switch (step) {
        case 'filler':
          ask(oneMoment);
          return;
        case 'ask_still_there':
          ask(stillThere);
          return;
        case 'give_up':
          ending.goodbyeWanted('caller_silent');
          askGoodbye(nobodyThere);
          return;
        case 'hang_up':
          ending.hangUp('goodbye', nowMs);
          return;
        case undefined:
          return;
        default:
          step satisfies never;
      }
    },
    conclude(nowMs) {
      const wasAudible = audible;
      audible = turns.callerSpeaking() || !speech.allHeard();
      if (audible || wasAudible) quietSinceMs = nowMs;
      decide(...pauses.now(pauseNow(), nowMs - quietSinceMs));
    },
  };
}
