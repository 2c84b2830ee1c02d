/**
 * The code a customer needs later to move or cancel: short enough to be said and written down. Letters and digits whose
 * names sound alike over a telephone (B C D E G P T V Z, A J K, F S X, M N, I Y, 1, 0 O, 5 9) are reduced to one of
 * each group or none; without vowels it spells nothing.
 */
export const CODE_ALPHABET = 'HJLMQRWXY2346789';
export const CODE_LENGTH = 5;

/** @param random at least {@link CODE_LENGTH} random bytes; 256 is a multiple of the alphabet, so no sign is favoured */
export function confirmationCode(random: Uint8Array): string {
  if (random.length < CODE_LENGTH) throw new Error('not enough random bytes for a confirmation code');
  return [...random.subarray(0, CODE_LENGTH)].map((byte) => CODE_ALPHABET[byte % CODE_ALPHABET.length]).join('');
}

/** A code as somebody said it or a model wrote it down: in any case, with spaces, dashes or dots between the signs. */
export function normalizeCode(said: string): string {
  return said
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

export function isSameCode(said: string, code: string): boolean {
  return normalizeCode(said) === code;
}
