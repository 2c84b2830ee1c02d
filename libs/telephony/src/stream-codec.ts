/**
 * Messages of the media stream: from Twilio as text, to Twilio as whole WebSocket frames. The caller's audio has a way of its
 * own: `media-frame.ts`.
 */
import { textFrame, textFrameAround } from '@frontdesk/websocket';
import { type MarkMessage, type ParsedStreamMessage, readStreamMessage } from './stream-message.ts';

/** Twice a second while the receptionist speaks: as Twilio spells it, and with such names as are given to marks. */
const MARK =
  /^\{"event":"mark","sequenceNumber":"(\d{1,15})","streamSid":"(MZ[0-9a-f]{32})","mark":\{"name":"([\w:.-]*)"\}\}$/;

/**
 * Reads one text frame from Twilio. Never throws: `unknown` is an event of a later release, `malformed` a frame to
 * ignore and count.
 */
export function parseStreamMessage(text: string): ParsedStreamMessage {
  const mark = readMark(text);
  if (mark !== undefined) return mark;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return { event: 'malformed', reason: 'not JSON' };
    throw error;
  }
  return readStreamMessage(json);
}

/** The short way; a property test holds it to the schema's answer. */
function readMark(text: string): MarkMessage | undefined {
  const [, sequenceNumber, streamSid, name] = MARK.exec(text) ?? [];
  if (sequenceNumber === undefined || streamSid === undefined || name === undefined) return undefined;
  return { event: 'mark', sequenceNumber, streamSid, mark: { name } };
}

/**
 * Audio to play: headerless µ-law in base64, of any length. Twilio queues it and plays it at real-time pace.
 * Both parameters are put between quotes as they are: hand over only what was held to its alphabet.
 */
export function mediaMessage(streamSid: string, payloadBase64: string): Buffer {
  return textFrameAround(`{"event":"media","streamSid":"${streamSid}","media":{"payload":"`, payloadBase64, '"}}');
}

/** Asks Twilio to echo `name` once everything sent before it has been played. */
export function markMessage(streamSid: string, name: string): Buffer {
  const spelled = PLAIN_NAME.test(name) ? `"${name}"` : jsonInAscii(name);
  return textFrame(`{"event":"mark","streamSid":"${streamSid}","mark":{"name":${spelled}}}`);
}

/** Names that are the same in JSON: all that the model's items have had so far. */
const PLAIN_NAME = /^[\w:.-]*$/;

function jsonInAscii(text: string): string {
  return JSON.stringify(text).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Empties Twilio's buffer. It returns every pending mark, so those returned after a clear prove nothing. */
export function clearMessage(streamSid: string): Buffer {
  return textFrame(`{"event":"clear","streamSid":"${streamSid}"}`);
}
