/** Keys the caller presses, collected until they pause, so that a number is one thing said and not ten. */
export const KEYPAD_PAUSE_MS = 1_500;
const MAX_DIGITS = 32;

export interface Keypad {
  /** @returns whether the key was kept; a flood of keys is not */
  press(digit: string): boolean;
  take(): string;
}

export function createKeypad(): Keypad {
  let digits = '';
  return {
    press(digit) {
      if (digits.length >= MAX_DIGITS) return false;
      digits += digit;
      return true;
    },
    take() {
      const taken = digits;
      digits = '';
      return taken;
    },
  };
}

/** `0` is the key for a person. Where calls can be put through, this is the place that does it instead of a note. */
export function asksForPerson(digits: string): boolean {
  return digits === '0';
}

export function keypadNote(digits: string): string {
  if (asksForPerson(digits)) return '(The caller pressed 0 on the telephone: they want to speak to a person.)';
  return `(The caller pressed these keys on the telephone: ${[...digits].join(' ')})`;
}
