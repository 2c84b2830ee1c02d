/**
 * What a sound of the caller's turns out to be, where the bridge decides and not the engine. Playback has stopped by
 * then; either the caller has taken the turn, or it was a noise and what was interrupted goes on.
 *
 * A noise is shorter than 250 ms and has no words. Sounds that follow each other before the first is decided are
 * decided together: one with words or of some length makes all of them a turn.
 */

/** Speech shorter than this may be a noise; its words decide. */
export const NOISE_BELOW_MS = 250;
/** The words of a short sound are waited for so long; a short answer without its words is still an answer. */
export const WORDS_WITHIN_MS = 1_500;

export type Verdict =
  | { kind: 'none' }
  /** The caller has the turn. Once per interruption. */
  | { kind: 'interrupted' }
  /** The caller has said it all: `interrupted` tells whether that was not known before. */
  | { kind: 'turn'; interrupted: boolean }
  /** It was nothing. */
  | { kind: 'noise'; itemIds: string[] };

export interface Interruption {
  started(itemId: string): Verdict;
  /** @param speechMs how long the caller spoke; undefined when the engine does not tell */
  stopped(itemId: string, speechMs: number | undefined): Verdict;
  heardOut(itemId: string): Verdict;
  /** @param text undefined when the words were not understood */
  words(itemId: string, text: string | undefined): Verdict;
  /** What is not decided by now is a turn, and so is what was never confirmed to be complete. */
  overdue(): Verdict;
  /** The engine that heard it is gone. */
  forget(): void;
  /** Something is being said, or it is not decided yet what it was. */
  open(): boolean;
  /** Playback waits for the verdict. */
  undecided(): boolean;
}

type Sound = 'spoken' | 'stopped' | 'heard' | 'wordless';

const NONE: Verdict = { kind: 'none' };

export function createInterruption(): Interruption {
  const sounds = new Map<string, Sound>();
  let isTurn = false;

  function decide(): Verdict {
    const all = [...sounds];
    const wasTurn = isTurn;
    if (all.some(([, sound]) => sound === 'spoken' || sound === 'stopped')) return NONE;
    if (!isTurn && all.some(([, sound]) => sound !== 'wordless')) return NONE;
    sounds.clear();
    isTurn = false;
    if (wasTurn) return { kind: 'turn', interrupted: false };
    return all.length === 0 ? NONE : { kind: 'noise', itemIds: all.map(([itemId]) => itemId) };
  }

  /** It is a turn; whether it is complete depends on who still speaks. */
  function confirm(): Verdict {
    const first = !isTurn;
    isTurn = true;
    const verdict = decide();
    if (verdict.kind === 'turn') return { kind: 'turn', interrupted: first };
    return first ? { kind: 'interrupted' } : NONE;
  }

  return {
    started(itemId) {
      sounds.set(itemId, 'spoken');
      return NONE;
    },
    stopped(itemId, speechMs) {
      if (!sounds.has(itemId)) return NONE;
      sounds.set(itemId, 'stopped');
      return speechMs !== undefined && speechMs < NOISE_BELOW_MS ? NONE : confirm();
    },
    heardOut(itemId) {
      if (!sounds.has(itemId)) return NONE;
      sounds.set(itemId, 'heard');
      return decide();
    },
    words(itemId, text) {
      if (!sounds.has(itemId)) return NONE;
      // A sound that is still going on has its words to come.
      if (sounds.get(itemId) !== 'heard') return NONE;
      if (text === undefined || text.trim() !== '') return confirm();
      sounds.set(itemId, 'wordless');
      return decide();
    },
    overdue() {
      if (sounds.size === 0) return NONE;
      for (const [itemId, sound] of sounds) if (sound === 'stopped') sounds.set(itemId, 'heard');
      if (!isTurn) return confirm();
      return decide();
    },
    forget() {
      sounds.clear();
      isTurn = false;
    },
    open() {
      return sounds.size > 0;
    },
    undecided() {
      return sounds.size > 0 && !isTurn;
    },
  };
}
