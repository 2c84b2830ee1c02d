/**
 * Keys the caller presses, collected until they pause, so that a number is one thing said and not ten. They are words of
 * the caller's without a voice: they stand in the transcript like the others.
 */
import type { Transcript } from './transcript.ts';

export const KEYPAD_PAUSE_MS = 1_500;
const MAX_DIGITS = 32;

export interface Keypad {
  /** @returns whether the key was kept; a flood of keys is not */
  press(digit: string, nowMs: number): boolean;
  /** Takes out what was pressed, which is in the transcript then. */
  take(): string;
  /** The receptionist has said something since. */
  answered(): void;
  /** More may follow. */
  pressing(): boolean;
  /** Keys were pressed that are not answered. */
  open(): boolean;
}

export function createKeypad(transcript: Transcript): Keypad {
  let digits = '';
  let told = false;
  let startedAtMs = 0;
  let endedAtMs = 0;
  let times = 0;
  return {
    press(digit, nowMs) {
      if (digits.length >= MAX_DIGITS) return false;
      if (digits === '') startedAtMs = nowMs;
      endedAtMs = nowMs;
      digits += digit;
      return true;
    },
    take() {
      const taken = digits;
      if (taken === '') return taken;
      digits = '';
      told = true;
      times += 1;
      const key = `keys ${times}`;
      transcript.begin(key);
      const text = keypadText(taken);
      transcript.finish(key, { kind: 'turn', role: 'caller', text, startedAtMs, endedAtMs, interrupted: false });
      return taken;
    },
    answered() {
      told = false;
    },
    pressing() {
      return digits !== '';
    },
    open() {
      return digits !== '' || told;
    },
  };
}

/** `0` is the key for a person. Where calls can be put through, this is the place that does it instead of a note. */
export function asksForPerson(digits: string): boolean {
  return digits === '0';
}

/** As it stands in the transcript, where whoever reads it knows nothing of how it came there. */
function keypadText(digits: string): string {
  return asksForPerson(digits) ? '[pressed 0, for a person]' : `[pressed ${[...digits].join(' ')}]`;
}

export function keypadNote(digits: string): string {
  if (asksForPerson(digits)) return '(The caller pressed 0 on the telephone: they want to speak to a person.)';
  return `(The caller pressed these keys on the telephone: ${[...digits].join(' ')})`;
}
