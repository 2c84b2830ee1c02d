/** Keys the caller presses, collected until they pause, so that a number is one thing said and not ten. */
export const KEYPAD_PAUSE_MS = 1_500;
const MAX_DIGITS = 32;

export interface Keypad {
  /** @returns whether the key was kept; a flood of keys is not */
  press(digit: string): boolean;
  take(): string;
  /** The receptionist has said something since. */
  answered(): void;
  /** Keys were pressed, and nothing but the engine knows of them. */
  readonly open: boolean;
}

export function createKeypad(): Keypad {
  let digits = '';
  let told = false;
  return {
    press(digit) {
      if (digits.length >= MAX_DIGITS) return false;
      digits += digit;
      return true;
    },
    take() {
      const taken = digits;
      digits = '';
      told = true;
      return taken;
    },
    answered() {
      told = false;
    },
    get open() {
      return digits !== '' || told;
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
