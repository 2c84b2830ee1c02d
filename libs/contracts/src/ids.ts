/**
 * The identifiers that travel between services. Each is also a legal NATS subject token (no dot, space, `*` or `>`),
 * so that a subject built from one can never address something else.
 */
import { z } from 'zod';

/** Stands in a subject where there is no tenant. No business can take it: business ids never start with `_`. */
export const NO_BUSINESS = '_';

/** A business: lower-case letters, digits and dashes, at most 63 characters. */
export const businessId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be a business id such as "b1"');

/** Twilio's id of one call leg: `CA` and 32 hexadecimal digits. The digits double as the call's trace id. */
export const callSid = z.string().regex(/^CA[0-9a-f]{32}$/, 'must be a CallSid: CA and 32 hexadecimal digits');

/** One bridge process. Its own token in `rpc.v1.media-bridge.reserve.<podId>`. */
export const podId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be a pod id');

/** A set of gateways and bridges that serve certain businesses. */
export const pool = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be a pool name');

/** A telephone number in E.164, such as `+13125550142`. */
export const phoneNumber = z
  .string()
  .regex(/^\+[1-9]\d{6,14}$/, 'must be a phone number in E.164, such as +13125550142');

/** What Twilio gives as From: a number, or null when the caller withheld it. */
export const callerNumber = phoneNumber.nullable();

/** An IANA time zone that this runtime knows. */
export const timeZone = z.string().refine(isTimeZone, 'must be an IANA time zone such as America/Chicago');

/** A point in time, ISO 8601 with offset or Z, from 1970 to 9999: no call was before, and no calendar goes further. */
export const instant = z.iso
  .datetime({ offset: true, abort: true })
  .refine(isWithinCalendar, 'must be a time from the year 1970 to 9999')
  // Temporal reads no more.
  .refine((iso) => !/\.\d{10}/.test(iso), 'must have nine digits after the point at most');

/** A date, `YYYY-MM-DD`, of the same years. */
export const date = z.iso.date({ abort: true }).refine(isWithinCalendar, 'must be a date from the year 1970 to 9999');

/** A wall-clock time of day, `HH:MM`. */
export const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as 09:30');

/** The end of a period of a day: also `24:00`, with which the day ends. */
export const endOfPeriod = z
  .string()
  .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'must be a time of day such as 17:30, or 24:00');

/** A BCP 47 tag, such as `en` or `pt-BR`. */
export const languageTag = z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'must be a language tag such as en');

/** ISO weekday: 1 is Monday, 7 is Sunday. */
export const weekday = z.int().min(1).max(7);

const LATEST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

function isWithinCalendar(iso: string): boolean {
  const ms = Date.parse(iso);
  return ms >= 0 && ms <= LATEST_MS;
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch (error) {
    // Intl reports an unknown zone only by this exception.
    if (error instanceof RangeError) return false;
    throw error;
  }
}
