/**
 * The one frame that comes fifty times a second in every call: the caller's audio. It is read where it lies, byte by
 * byte: no text is made of it, no JSON parsed, no schema run. Only Twilio's own spelling is taken, to the letter (this
 * order of fields, no white space, nothing else); every other frame, legal or not, is for `parseStreamMessage`, and a
 * property test holds the two to the same answer.
 */

export interface MediaFrame {
  /** Twilio's time of the frame, since the start of the stream. */
  timestampMs: number;
  /** Where its padded base64 lies in the bytes that were read: a view of it would be one more object per frame. */
  from: number;
  to: number;
}

const MAX_DIGITS = 15;
const PADDING = '='.charCodeAt(0);
const ZERO = '0'.charCodeAt(0);
const NINE = '9'.charCodeAt(0);

/** 1 where the byte is a letter of the base64 alphabet. */
const ALPHABET = new Uint8Array(256);
for (const byte of Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')) ALPHABET[byte] = 1;

const BEFORE_SEQUENCE = '{"event":"media","sequenceNumber":"';
const BEFORE_STREAM = '","streamSid":"';
const BEFORE_CHUNK = '","media":{"track":"inbound","chunk":"';
const BEFORE_TIMESTAMP = '","timestamp":"';
const BEFORE_PAYLOAD = '","payload":"';
const END = '"}}';

/**
 * Reads the message from `from` to `to`.
 * @param streamSid the stream whose frames are read; held to its alphabet by whoever read the `start`
 * @returns undefined for everything but the caller's audio
 */
export function readMediaFrame(frame: Buffer, from: number, to: number, streamSid: string): MediaFrame | undefined {
  const sequence = after(BEFORE_SEQUENCE, frame, from);
  const stream = after(BEFORE_STREAM, frame, afterDigits(frame, sequence));
  const chunk = after(BEFORE_CHUNK, frame, after(streamSid, frame, stream));
  const timestamp = after(BEFORE_TIMESTAMP, frame, afterDigits(frame, chunk));
  const timestampEnd = afterDigits(frame, timestamp);
  const payload = after(BEFORE_PAYLOAD, frame, timestampEnd);
  const payloadEnd = afterBase64(frame, payload);
  if (after(END, frame, payloadEnd) !== to) return undefined;
  return { timestampMs: numberAt(frame, timestamp, timestampEnd), from: payload, to: payloadEnd };
}

// Each of these returns where it stopped, or NOWHERE, from where nothing goes on.
const NOWHERE = -1;

/** @param text ASCII. A buffer of it would keep a whole slab of Node's pool alive for each stream. */
function after(text: string, frame: Buffer, at: number): number {
  if (at === NOWHERE || at + text.length > frame.length) return NOWHERE;
  for (let index = 0; index < text.length; index += 1) if (frame[at + index] !== text.charCodeAt(index)) return NOWHERE;
  return at + text.length;
}

function afterDigits(frame: Buffer, from: number): number {
  if (from === NOWHERE) return NOWHERE;
  let at = from;
  while (isDigit(frame[at] ?? 0)) at += 1;
  return at > from && at - from <= MAX_DIGITS ? at : NOWHERE;
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE;
}

function afterBase64(frame: Buffer, from: number): number {
  if (from === NOWHERE) return NOWHERE;
  let at = from;
  while (ALPHABET[frame[at] ?? 0] === 1) at += 1;
  const letters = at - from;
  // Groups of four: one or two letters may be missing from the last one, and are made up for.
  while (at - from - letters < 2 && frame[at] === PADDING) at += 1;
  return letters > 0 && (at - from) % 4 === 0 ? at : NOWHERE;
}

function numberAt(frame: Buffer, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at += 1) value = value * 10 + (frame[at] ?? ZERO) - ZERO;
  return value;
}
