/**
 * What the caller says. A turn takes its place in the transcript when the engine has heard it out, and gets its words
 * whenever they are recognised; words that do not come in time are not waited for.
 */
import type { Transcript } from './transcript.ts';

export const TRANSCRIPTION_DEADLINE_MS = 10_000;
/** Stands for words that were spoken and not understood. */
export const UNINTELLIGIBLE = '[unintelligible]';

interface Utterance {
  startedAtMs: number;
  endedAtMs: number;
}

export interface CallerSpeech {
  started(itemId: string, nowMs: number): void;
  stopped(itemId: string, nowMs: number): void;
  /** The turn is over and is being recognised. */
  heardOut(itemId: string, nowMs: number): void;
  recognised(itemId: string, text: string, nowMs: number): void;
  unintelligible(itemId: string, nowMs: number): void;
  /** Gives up turns whose words are overdue; every turn when `all`. */
  giveUp(nowMs: number, all: boolean): void;
  /** The line changes hands: nobody will ever know the words of what is not written down. */
  cutOff(nowMs: number): void;
  /** Turns whose words are still to come. */
  pending(): number;
  /** Those, and what is being said. */
  underway(): number;
}

export function createCallerSpeech(transcript: Transcript): CallerSpeech {
  const utterances = new Map<string, Utterance>();
  const pending = new Set<string>();

  function utteranceOf(itemId: string, nowMs: number): Utterance {
    let utterance = utterances.get(itemId);
    if (utterance === undefined) {
      utterance = { startedAtMs: nowMs, endedAtMs: nowMs };
      utterances.set(itemId, utterance);
    }
    return utterance;
  }

  function finish(itemId: string, text: string, nowMs: number): void {
    const { startedAtMs, endedAtMs } = utteranceOf(itemId, nowMs);
    utterances.delete(itemId);
    pending.delete(itemId);
    transcript.begin(itemId);
    // Noise that was taken for speech has no words and is no turn.
    const words = text.trim();
    transcript.finish(
      itemId,
      words === ''
        ? undefined
        : { kind: 'turn', role: 'caller', text: words, startedAtMs, endedAtMs, interrupted: false },
    );
  }

  return {
    started(itemId, nowMs) {
      utteranceOf(itemId, nowMs);
    },
    stopped(itemId, nowMs) {
      utteranceOf(itemId, nowMs).endedAtMs = nowMs;
    },
    heardOut(itemId, nowMs) {
      const utterance = utteranceOf(itemId, nowMs);
      if (utterance.endedAtMs === utterance.startedAtMs) utterance.endedAtMs = nowMs;
      transcript.begin(itemId);
      pending.add(itemId);
    },
    recognised: (itemId, text, nowMs) => finish(itemId, text, nowMs),
    unintelligible: (itemId, nowMs) => finish(itemId, UNINTELLIGIBLE, nowMs),
    giveUp(nowMs, all) {
      for (const itemId of [...pending]) {
        const utterance = utteranceOf(itemId, nowMs);
        if (all || nowMs - utterance.endedAtMs >= TRANSCRIPTION_DEADLINE_MS) finish(itemId, UNINTELLIGIBLE, nowMs);
      }
      if (all) utterances.clear();
    },
    cutOff(nowMs) {
      for (const [itemId, utterance] of [...utterances]) {
        if (utterance.endedAtMs === utterance.startedAtMs) utterance.endedAtMs = nowMs;
        finish(itemId, UNINTELLIGIBLE, nowMs);
      }
    },
    pending() {
      return pending.size;
    },
    underway() {
      return utterances.size;
    },
  };
}
