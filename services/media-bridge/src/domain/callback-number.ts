/**
 * Whom to call back: the number the call comes from, unless the caller gave another one. A number is believed to be the
 * caller's only when its digits are among the caller's words; a model may have misheard or made up any other.
 */
import { nationalDigits, readSpokenNumber } from '@frontdesk/telephony';

export type CallbackNumber =
  | { kind: 'known'; number: string | null }
  /** There is no such number. */
  | { kind: 'impossible' }
  /** The caller was not heard saying it. */
  | { kind: 'unheard'; number: string };

export interface CallbackScene {
  /** The caller's own, null when withheld. */
  phone: string | null;
  /** The business's number that was called: says in which country people speak. */
  businessNumber: string;
  /** What the caller said so far, turn by turn. */
  callersWords: readonly string[];
}

/** @param said the number the model understood, when the caller gave one */
export function callbackNumber(said: string | undefined, scene: CallbackScene): CallbackNumber {
  if (said === undefined) return { kind: 'known', number: scene.phone };
  const number = readSpokenNumber(said, scene.businessNumber);
  if (number === undefined) return { kind: 'impossible' };
  const wasSaid = number === scene.phone || saidDigits(scene.callersWords).includes(nationalDigits(number));
  return wasSaid ? { kind: 'known', number } : { kind: 'unheard', number };
}

const DIGIT_WORDS: Readonly<Record<string, string>> = {
  ...{ zero: '0', oh: '0', o: '0', one: '1', two: '2', three: '3', four: '4' },
  ...{ five: '5', six: '6', seven: '7', eight: '8', nine: '9' },
};

/** All digits in the order they were said; "double five" is two of them. */
function saidDigits(words: readonly string[]): string {
  return words
    .join(' ')
    .toLowerCase()
    .replace(/[a-z]+/g, (word) => DIGIT_WORDS[word] ?? word)
    .replace(/\bdouble\s+(\d)/g, '$1$1')
    .replace(/\D/g, '');
}
