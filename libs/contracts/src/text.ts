/**
 * What people and models write. PostgreSQL refuses U+0000 and halves of characters, and no other control character has any
 * business in a name or a note: whoever sends one is told so, by the name of the field.
 */
import { z } from 'zod';

const NOT_IN_A_LINE = /[\p{Cc}\p{Cs}]/u;
/** New lines and tabs are fine. */
const NOT_IN_A_TEXT = /[^\P{Cc}\n\r\t]|\p{Cs}/u;

/**
 * A name, a skill, anything that is said in one breath: trimmed, with single spaces for whatever lies between its words,
 * of at most this many UTF-16 units. May be empty.
 */
export function line(maxLength: number) {
  return z
    .string()
    .overwrite((value) => value.replace(/\s+/gu, ' '))
    .trim()
    .max(maxLength)
    .refine((value) => !NOT_IN_A_LINE.test(value), 'must be one line of well-formed text without control characters');
}

/** A note, a reason, a message: likewise, of any number of lines. */
export function text(maxLength: number) {
  return z
    .string()
    .trim()
    .max(maxLength)
    .refine(
      (value) => !NOT_IN_A_TEXT.test(value),
      'must be well-formed text without control characters other than new lines and tabs',
    );
}
