/** Compares the transcript, word by word, with what was said and really heard on the line. */
import type { CallEvidence, KeptCall } from './evidence.ts';
import { wordsOf } from './words.ts';

/** Where an interruption cut, the two may differ by the word that was just being played. */
const CUT_TOLERANCE_WORDS = 1;

export function checkTranscript({ kept, report }: CallEvidence): string[] {
  if (!kept) return ['transcript: none was kept'];
  const callerTurns = kept.turns.filter(({ role }) => role === 'caller');
  const receptionistTurns = kept.turns.filter(({ role }) => role === 'receptionist');
  return [
    ...compare('the caller said', allWords(report.said), callerTurns),
    ...compare('the caller heard', allWords(report.heard), receptionistTurns),
    ...orderOf(kept),
  ];
}

function allWords(utterances: readonly { text: string }[]): string[] {
  return utterances.flatMap(({ text }) => wordsOf(text));
}

function compare(what: string, real: readonly string[], turns: KeptCall['turns']): string[] {
  let at = 0;
  for (const turn of turns) {
    const words = wordsOf(turn.text);
    const same = commonLength(words, real.slice(at));
    const differing = words.length - same;
    if (differing > (turn.interrupted ? CUT_TOLERANCE_WORDS : 0)) {
      return [`transcript: ${what} "${excerpt(real, at + same)}" where it has "${excerpt(words, same)}"`];
    }
    at += same;
    if (turn.interrupted) at += cutWords(real.slice(at), turns, turn);
  }
  const left = real.slice(at);
  return left.length > 0 ? [`transcript: ${what} "${excerpt(left, 0)}" and it has nothing of that`] : [];
}

/** Words heard at the end of an interrupted turn that the transcript left out; the next turn tells where they end. */
function cutWords(real: readonly string[], turns: KeptCall['turns'], turn: KeptCall['turns'][number]): number {
  const next = wordsOf(turns[turns.indexOf(turn) + 1]?.text ?? '');
  for (let skipped = 0; skipped <= CUT_TOLERANCE_WORDS; skipped++) {
    const [first] = real.slice(skipped);
    if (first === next[0]) return skipped;
  }
  return 0;
}

function commonLength(one: readonly string[], other: readonly string[]): number {
  const differs = one.findIndex((word, index) => word !== other[index]);
  return differs < 0 ? one.length : differs;
}

function excerpt(words: readonly string[], from: number): string {
  return words.slice(Math.max(0, from - 2), from + 6).join(' ') || '(nothing)';
}

function orderOf({ turns }: KeptCall): string[] {
  const inOrder = turns.every((turn, index) => index === 0 || turn.seq > (turns[index - 1]?.seq ?? -1));
  return inOrder ? [] : ['transcript: its turns are not in the order of the conversation'];
}
