/**
 * A conversation put into a fresh engine session: what was said and heard, what tools were asked and what they
 * answered, then a note that says where the model is. Used when the model's socket was lost, when a session is replaced
 * before its limit, and when a call goes on in another bridge. A session cannot be resumed, so this is all of it.
 *
 * Tool calls are restored as calls with their answers, not as text: a model that only reads about a booking may make it
 * again. Turns are text, so the model cannot be told later how much of one was heard; they hold what was heard already,
 * those that were cut off end with a dash, and the note says what of the caller's words never arrived.
 */
import { UNINTELLIGIBLE } from './caller-speech.ts';
import type { EngineCommand, PastItem } from './voice-engine.ts';

/** What both the transcript and the call's record hold of an entry. */
export type PastEntry =
  | { kind: 'turn'; role: 'caller' | 'receptionist'; text: string; interrupted: boolean }
  | { kind: 'tool'; toolCallId: string; name: string; arguments: string; output: string };

/** More than this is not worth the time it takes; what is dropped is the oldest. */
export const MAX_PAST_ITEMS = 200;
export const MAX_PAST_CHARS = 60_000;

/** Why the conversation goes on in another session, as far as the caller noticed it. */
export type Gap = 'unnoticed' | 'model_gap' | 'line_gap';

const anchor = [
  'The connection was interrupted and is restored. Everything above was said and done in this very call, and what the tools answered holds: do not do it again.',
  'You are in the middle of the call. Do not greet, do not introduce yourself, keep the language of the conversation.',
];
/**
 * What the caller said that no session heard: nothing; something perhaps, while nobody listened; or something for sure,
 * because they were speaking, or their words were being recognised, when the session went.
 */
export type Missed = 'nothing' | 'perhaps' | 'words';

const missedNotes: Record<Missed, readonly string[]> = {
  nothing: [],
  perhaps: [
    'The caller may have said something that did not reach you: when something is unclear, ask them to say it again.',
  ],
  words: ['The caller was speaking when the connection broke, and what they said then did not reach you.'],
};

export function restoreConversation(past: readonly PastEntry[], missed: Missed): EngineCommand {
  // Said over a gap, and no part of the conversation: between two tries at the same sentence it would hide the first.
  const entries = past.filter((entry) => !isApology(entry));
  const brokenOff = entries.slice(entries.findLastIndex((entry) => !isCutOff(entry)) + 1);
  const kept = entries.slice(0, entries.length - brokenOff.length);
  const items = recent(kept.flatMap(pastItem));
  const farthest = brokenOff.sort((one, other) => textOf(other).length - textOf(one).length).slice(0, 1);
  const unfinished = farthest.flatMap(missed === 'words' ? interrupted : restart);
  const note = [...anchor, ...legend(kept), ...unfinished, ...missedNotes[missed]].join(' ');
  return { kind: 'restore', items: [...items, { kind: 'note', text: note }] };
}

/** The last thing there is are words of the caller's that nobody understood: they were speaking when the call was left. */
export function endsUnheard(past: readonly PastEntry[]): boolean {
  const last = past.at(-1);
  return last?.kind === 'turn' && last.role === 'caller' && last.text === UNINTELLIGIBLE;
}

/** At the end of the conversation it is no turn that could be gone on from: nobody answered it. */
function isCutOff(entry: PastEntry): boolean {
  return entry.kind === 'turn' && entry.role === 'receptionist' && entry.interrupted;
}

export function isApology(entry: PastEntry): boolean {
  if (entry.kind !== 'turn' || entry.role !== 'receptionist') return false;
  const text = entry.text.trim();
  return text !== '' && Object.values(apologies).some((apology) => apology?.startsWith(text));
}

function textOf(entry: PastEntry): string {
  return entry.kind === 'turn' ? entry.text.trim() : '';
}

function legend(entries: readonly PastEntry[]): string[] {
  const isUnheard = (entry: PastEntry) => entry.kind === 'turn' && entry.text === UNINTELLIGIBLE;
  return [
    ...(entries.some(isCutOff) ? ['What you said and ends with a dash was cut off there: no more was heard.'] : []),
    ...(entries.some(isUnheard) ? [`${UNINTELLIGIBLE} stands for words of the caller that did not reach you.`] : []),
  ];
}

function restart(entry: PastEntry): string[] {
  if (entry.kind !== 'turn' || entry.text.trim() === '') return [];
  return [`You broke off after the words: "${entry.text.trim()}" Say what you were saying from its beginning.`];
}

/** It was the caller who broke it off, with words that were lost. */
function interrupted(entry: PastEntry): string[] {
  if (entry.kind !== 'turn' || entry.text.trim() === '') return [];
  return [`The caller heard these words of yours, and no more: "${entry.text.trim()}"`];
}

/**
 * How the model goes on. A note in the conversation, not instructions of a response: those would stand in for the
 * session's own, and the turn that has to act would know nothing and have no tools. Quotes hold the words to be said
 * first; the rest is up to the conversation.
 */
export function goOnNote(gap: Gap, missed: Missed = 'nothing'): string {
  const apology = apologies[gap];
  const first = apology === undefined ? '' : `In the language of the conversation, say: "${apology}" Then `;
  if (missed === 'words') {
    return `${first}ask the caller to say again what they were saying when the connection broke, and go on with the conversation from there. Do not greet again.`;
  }
  return `${first}go on with the conversation where it stopped: answer what the caller said last, say what a tool has just answered, or ask your last question again in a few words. Do not greet again.`;
}

/**
 * Instead, when the line was cut off in the greeting: there is no conversation to go on with, and nothing the caller
 * could be asked to say again. What has to be disclosed first, the session's instructions know.
 */
export function greetAgainNote(greeting: string): string {
  return `In the language of the conversation, say: "${apologies.line_gap}" Then greet the caller, who did not hear your greeting to its end. Say: "${greeting.replaceAll('"', "'")}" Go on with the conversation from there.`;
}

/** While a tool still works, there is nothing to go on with: its answer brings the next words. Undefined: say nothing. */
export function holdOnInstructions(gap: Gap): string | undefined {
  const apology = apologies[gap];
  if (apology === undefined) return undefined;
  return `In the language of the conversation, say: "${apology}" Nothing else: a tool is still at work.`;
}

const apologies = {
  unnoticed: undefined,
  model_gap: 'Sorry, I lost you for a moment.',
  line_gap: 'Sorry, we were cut off for a moment.',
} as const satisfies Record<Gap, string | undefined>;

function pastItem(entry: PastEntry): PastItem[] {
  if (entry.kind === 'turn') {
    const text = isCutOff(entry) ? `${entry.text.trimEnd()} —` : entry.text;
    return entry.text.trim() === '' ? [] : [{ kind: 'said', by: entry.role, text }];
  }
  // The call goes on, so a goodbye was not the end.
  if (entry.name === 'end_call') return [];
  const { toolCallId, name, arguments: args, output } = entry;
  return [{ kind: 'tool', toolCallId, name, arguments: args, output }];
}

function recent(items: PastItem[]): PastItem[] {
  let from = items.length;
  let chars = 0;
  while (from > 0 && items.length - from < MAX_PAST_ITEMS) {
    chars += sizeOf(items[from - 1]);
    if (chars > MAX_PAST_CHARS) break;
    from -= 1;
  }
  if (from === 0) return items;
  return [{ kind: 'note', text: 'The beginning of the call is left out here.' }, ...items.slice(from)];
}

function sizeOf(item: PastItem | undefined): number {
  if (item === undefined) return 0;
  return item.kind === 'tool' ? item.arguments.length + item.output.length : item.text.length;
}
