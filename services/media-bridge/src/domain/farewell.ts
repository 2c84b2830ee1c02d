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
  'see you (soon|then|tomorrow|on)',
  WISH,
  ...ELSEWHERE,
]);
const CALLER = anyOf([
  'good ?bye',
  'bye',
  'talk to you (soon|later|then)',
  'see (you|ya)',
  'you too',
  "that('s| is| will be| would be) (all|it|everything)(?! (right|good|fine|i|you|we))",
  'nothing else',
  'no,? (thanks|thank you)',
  WISH,
  'nada m[aá]s',
  'eso es todo',
  "c'est tout",
  "das war'?s",
  ...ELSEWHERE,
]);

function anyOf(phrases: readonly string[]): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}])(${phrases.join('|')})(?![\\p{L}\\p{N}])`, 'iu');
}

export type Speaker = 'caller' | 'receptionist';

/** A goodbye of the receptionist's stands in the last sentence, which is no question. */
export function isFarewell(speaker: Speaker, text: string): boolean {
  if (speaker === 'caller') return CALLER.test(text) && !text.trimEnd().endsWith('?');
  const last = text.match(/[^.!?¡¿]+[.!?]*/gu)?.slice(-2) ?? [];
  return !text.trimEnd().endsWith('?') && last.some((sentence) => RECEPTIONIST.test(sentence));
}

export interface Farewells {
  turn(turn: Pick<SpokenTurn, 'role' | 'text' | 'interrupted'>): void;
  /** The last word of both was a goodbye. */
  readonly both: boolean;
}

/** @param past what happened in this call before, in another bridge */
export function createFarewells(past: readonly (SpokenTurn | ToolUse)[] = []): Farewells {
  const said: Record<Speaker, boolean> = { caller: false, receptionist: false };

  function turn({ role, text, interrupted }: Pick<SpokenTurn, 'role' | 'text' | 'interrupted'>): void {
    said[role] = !interrupted && isFarewell(role, text);
  }
  for (const entry of past) if (entry.kind === 'turn') turn(entry);

  return {
    turn,
    get both() {
      return said.caller && said.receptionist;
    },
  };
}
