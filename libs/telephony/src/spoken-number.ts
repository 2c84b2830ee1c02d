/**
 * A telephone number somebody said, as a number that can be dialled. What people say leaves out the country, so it is
 * read as it would be dialled where the business is.
 */
import { parsePhoneNumberFromString } from 'libphonenumber-js';

/**
 * @param said digits with whatever stands between them, such as "(312) 555-0142"
 * @param near a number in E.164 of the country it was said in
 * @returns E.164; undefined when there can be no such number
 */
export function readSpokenNumber(said: string, near: string): string | undefined {
  const country = parsePhoneNumberFromString(near)?.country;
  const number = parsePhoneNumberFromString(said, country);
  return number?.isPossible() ? number.number : undefined;
}

/** The digits a caller has to have said for a number to be theirs: without the country, and without a leading zero. */
export function nationalDigits(number: string): string {
  return parsePhoneNumberFromString(number)?.nationalNumber ?? number.replace(/\D/g, '');
}
