/** Whether words are a goodbye, so that a call in which both have said theirs can end without anybody asking for it. */
import type { SpokenTurn, ToolUse } from './transcript.ts';

const WISH = 'have a (great|good|nice|lovely|wonderful) (day|one|evening|afternoon|morning|night|weekend)';
const ELSEWHERE = [
  'adi[oó]s',
  'hasta (luego|pronto|la vista)',
  'au revoir',
  'bonne journ[ée]e',
  'auf wiederh[oö]ren',
  'tsch[uü]ss',
  'arrivederci',
  'tchau',
  'at[ée] logo',
];
const RECEPTIONIST = anyOf([
  'good ?bye',
  'bye',
  'take care',
  'talk to you (soon|then)',
  'see you (soon|then|tomorrow)',
  WISH,
  ...ELSEWHERE,
]);
const CALLER = anyOf([
  'good ?bye',
  'bye',
  'talk to you (soon|later|then)',
  'see (you|ya)',
  'you too',
  WISH,
  ...ELSEWHERE,
]);
/** Goodbyes of a caller who was asked whether there is anything else; after another question they are an answer to it. */
const NOTHING_ELSE = anyOf([
  "that('s| is| will be| would be) (all|it|everything)(?! (right|good|fine|i|you|we))",
  'nothing else',
  'no,? (thanks|thank you)',
  'nada m[aá]s',
  'eso es todo',
  "c'est tout",
  "das war'?s",
]);
const ANYTHING_ELSE = anyOf([
  '(any|some)thing (else|more)',
  '(anything|what) else',
  'any (other|more|further) questions?',
  'algo m[aá]s',
  'alguna otra',
  'autre chose',
  'sonst noch',
  'noch etwas',
  'altro',
  'mais alguma coisa',
  'algo mais',
]);
/** What may follow a goodbye and leaves it one. */
const THANKS = /^\s*(many )?(thanks|thank you|gracias|merci|danke|grazie|obrigad[oa])(?!\p{L})/iu;
/** After these there is something to be written down. */
const BOOKING_TOOLS: readonly string[] = ['book_slot', 'move_appointment', 'cancel_appointment'];

function anyOf(phrases: readonly string[]): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}])(${phrases.join('|')})(?![\\p{L}\\p{N}])`, 'iu');
}

export type Speaker = 'caller' | 'receptionist';

/**
 * A goodbye of the receptionist's stands in the last sentence, which is no question.
 * @param answered what the receptionist said before, when it is the caller who speaks
 */
export function isFarewell(speaker: Speaker, text: string, answered = ''): boolean {
  if (text.trimEnd().endsWith('?')) return false;
  if (speaker === 'receptionist') return RECEPTIONIST.test(lastSentence(text));
  return CALLER.test(text) || (NOTHING_ELSE.test(text) && ANYTHING_ELSE.test(lastSentence(answered)));
}

/** Without mere thanks that may follow it. */
function lastSentence(text: string): string {
  const sentences = text.match(/[^.!?¡¿]+[.!?]*/gu)?.filter((sentence) => /\p{L}|\p{N}/u.test(sentence)) ?? [];
  return sentences.findLast((sentence) => RECEPTIONIST.test(sentence) || !THANKS.test(sentence)) ?? '';
}

export interface Farewells {
  turn(turn: Pick<SpokenTurn, 'role' | 'text' | 'interrupted'>): void;
  tool(use: Pick<ToolUse, 'name' | 'outcome'>): void;
  /** The last word of both was a goodbye. */
  both(): boolean;
  /** The receptionist's told of an appointment: times and codes, to be written down. */
  booked(): boolean;
}

/** @param past what happened in this call before, in another bridge */
export function createFarewells(past: readonly (SpokenTurn | ToolUse)[] = []): Farewells {
  const said: Record<Speaker, boolean> = { caller: false, receptionist: false };
  let answered = '';
  let booked = false;

  function turn({ role, text, interrupted }: Pick<SpokenTurn, 'role' | 'text' | 'interrupted'>): void {
    said[role] = !interrupted && isFarewell(role, text, answered);
    if (role === 'receptionist') answered = text;
    else booked = false;
  }
  function tool({ name, outcome }: Pick<ToolUse, 'name' | 'outcome'>): void {
    if (outcome === 'ok' && BOOKING_TOOLS.includes(name)) booked = true;
  }
  for (const entry of past) {
    if (entry.kind === 'turn') turn(entry);
    else tool(entry);
  }

  return {
    turn,
    tool,
    booked() {
      return booked;
    },
    both() {
      return said.caller && said.receptionist;
    },
  };
}
