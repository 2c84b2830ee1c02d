/** What an event is, without reading it: much of what the model says is of no use to whoever listens. */

/** The server writes the type first, or right after the event's id; neither holds anything that JSON would escape. */
const TYPE_AT_START = /^\{\s*(?:"event_id"\s*:\s*"[\w-]*"\s*,\s*)?"type"\s*:\s*"([a-z_.]+)"/;
/** Enough for all of a delta but the piece itself. */
const START_BYTES = 400;

/** The beginning of the message from `from` to `to`, byte by byte: what is not ASCII in it is not what it was. */
export function startOf(message: Buffer, from: number, to: number): string {
  return message.toString('latin1', from, Math.min(to, from + START_BYTES));
}

/** @returns undefined when the message begins in another way: then it has to be read */
export function eventTypeOf(start: string): string | undefined {
  return TYPE_AT_START.exec(start)?.[1];
}
