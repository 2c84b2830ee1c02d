/** How many digits stay hidden at least. */
const HIDDEN_DIGITS = 3;

/**
 * A phone number as it may appear in logs: enough to recognise a call somebody asks about, never enough to dial.
 *
 * @returns `+1312•••0142` for +13125550142; `withheld` for null
 */
export function maskPhone(number: string | null): string {
  if (number === null) return 'withheld';
  if (isMaskedPhone(number)) return number;
  const digits = number.replace(/\D/g, '');
  const tail = digits.length >= 10 ? 4 : 2;
  const head = Math.min(4, digits.length - tail - HIDDEN_DIGITS);
  // Too short to hide enough of it, or not a number at all.
  if (head < 0) return '•••';
  return `+${digits.slice(0, head)}•••${digits.slice(-tail)}`;
}

export function isMaskedPhone(text: string): boolean {
  return /^(\+\d{0,4}•••\d{2,4}|•••|withheld)$/.test(text);
}

/** Masks every phone number inside a text we did not write, such as a database's error message. */
export function maskPhonesIn(text: string): string {
  return text.replace(/\+[1-9]\d{6,14}(?!\d)/g, (number) => maskPhone(number));
}
