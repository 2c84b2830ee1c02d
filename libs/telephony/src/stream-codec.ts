/**
 * Text of the media stream to messages and back. Audio frames come fifty times a second per call, so they have a way
 * of their own that neither parses JSON nor runs a schema; everything it does not recognise to the letter goes through
 * the schema, and a test holds the two together.
 */
import { type MediaMessage, type ParsedStreamMessage, readStreamMessage } from './stream-message.ts';

/**
 * Reads one text frame from Twilio. Never throws: `unknown` is an event of a later release, `malformed` a frame to
 * ignore and count.
 */
export function parseStreamMessage(text: string): ParsedStreamMessage {
  return parseMediaFrame(text) ?? parseAnyMessage(text);
}

/** The slow and complete reading. */
export function parseAnyMessage(text: string): ParsedStreamMessage {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return { event: 'malformed', reason: 'not JSON' };
    throw error;
  }
  return readStreamMessage(json);
}

// The frame exactly as Twilio writes it: this field order, no white space, no other field.
const mediaFrame =
  /^\{"event":"media","sequenceNumber":"(\d{1,15})","streamSid":"(MZ[0-9a-f]{32})","media":\{"track":"(inbound|outbound)","chunk":"(\d{1,15})","timestamp":"(\d{1,15})","payload":"([A-Za-z0-9+/]+={0,2})"\}\}$/;

/** A media frame in Twilio's usual spelling; undefined for everything else, legal or not. */
export function parseMediaFrame(text: string): MediaMessage | undefined {
  const match = mediaFrame.exec(text);
  if (match === null) return undefined;
  const [, sequenceNumber = '', streamSid = '', track, chunk = '', timestamp = '', payload = ''] = match;
  if (payload.length % 4 !== 0) return undefined;
  return {
    event: 'media',
    sequenceNumber,
    streamSid,
    media: { track: track === 'outbound' ? 'outbound' : 'inbound', chunk, timestamp, payload },
  };
}

/** Audio to play: headerless µ-law in base64, of any length. Twilio queues it and plays it at real-time pace. */
export function mediaMessage(streamSid: string, payloadBase64: string): string {
  return JSON.stringify({ event: 'media', streamSid, media: { payload: payloadBase64 } });
}

/** Asks Twilio to echo `name` once everything sent before it has been played. */
export function markMessage(streamSid: string, name: string): string {
  return JSON.stringify({ event: 'mark', streamSid, mark: { name } });
}

/** Empties Twilio's buffer. It returns every pending mark, so those returned after a clear prove nothing. */
export function clearMessage(streamSid: string): string {
  return JSON.stringify({ event: 'clear', streamSid });
}
