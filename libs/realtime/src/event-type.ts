/** What an event is, without reading it: much of what the model says is of no use to whoever listens. */

/** The server writes the type first, or right after the event's id; neither holds anything that JSON would escape. */
const TYPE_AT_START = /^\{\s*(?:"event_id"\s*:\s*"[\w-]*"\s*,\s*)?"type"\s*:\s*"([a-z_.]+)"/;
/** Enough for both. */
const START_BYTES = 160;

/** @returns undefined when the message begins in another way: then it has to be read */
export function eventTypeOf(message: Buffer): string | undefined {
  return TYPE_AT_START.exec(message.toString('latin1', 0, START_BYTES))?.[1];
}
