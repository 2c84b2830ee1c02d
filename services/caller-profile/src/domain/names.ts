/**
 * Names as callers say them and as they may be spoken back. A stored name is untrusted text that ends up in a model's
 * instructions, so only what looks like a name leaves these functions.
 */

const TITLES = new Set(['mr', 'mrs', 'ms', 'miss', 'mx', 'dr', 'prof', 'professor', 'sir', 'madam', 'rev', 'doctor']);
const LONGEST_FIRST_NAME = 40;

/** Line breaks and control characters become spaces, runs of spaces one. Undefined when nothing is left. */
export function cleanName(said: string): string | undefined {
  const cleaned = said
    .normalize('NFC')
    .replace(/[\p{C}\p{Z}]+/gu, ' ')
    .trim();
  return /\p{L}/u.test(cleaned) ? cleaned : undefined;
}

/**
 * What somebody of this name is called: "Dr. Maria Lopez" → "Maria", "Lopez, Maria" → "Maria". Null when the name
 * does not say ("Mr. Smith") or its first word is not a word of letters.
 */
export function firstNameOf(name: string | null): string | null {
  if (name === null) return null;
  const [beforeComma = '', afterComma] = name.split(',', 2);
  const given = (afterComma?.trim() ? afterComma : beforeComma).trim().split(/\s+/u);
  const words = given.filter((word) => !isTitle(word));
  const hadTitle = words.length < given.length;
  const [first] = words;
  if (first === undefined || (hadTitle && words.length === 1 && !afterComma?.trim())) return null;
  return isSayable(first) ? first : null;
}

function isTitle(word: string): boolean {
  return TITLES.has(word.toLowerCase().replace(/\.$/, ''));
}

/** Letters of any script with the marks that names have inside them: Anne-Marie, D'Arcy, J. */
function isSayable(word: string): boolean {
  return word.length <= LONGEST_FIRST_NAME && /^\p{L}[\p{L}\p{M}'’.-]*$/u.test(word);
}
