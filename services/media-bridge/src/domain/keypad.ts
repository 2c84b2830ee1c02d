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

export function keypadNote(digits: string): string {
  return `(The caller pressed these keys on the telephone: ${[...digits].join(' ')})`;
}
