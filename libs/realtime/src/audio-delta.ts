/**
 * The hot path: `response.output_audio.delta`.
 *
 * It arrives many times a second per call and is nearly all base64, so it is cut out of the message by position
 * instead of being parsed, validated and copied. The reader accepts one flat object of plain strings and integers and
 * gives up on anything else (an escape, a nested value, a duplicate key); the schema then decides. A property test
 * holds the two to the same answer.
 */
import { z } from 'zod';

/** The alphabet only: what passes may be put between quotes in JSON without escaping. */
export const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

export const audioDelta = z.object({
  type: z.literal('response.output_audio.delta'),
  event_id: z.string().default(''),
  response_id: z.string(),
  item_id: z.string(),
  output_index: z.int().min(0),
  content_index: z.int().min(0),
  /** Base64 of audio in the session's output format. */
  delta: z.string().regex(BASE64),
});
export type AudioDelta = z.infer<typeof audioDelta>;

const TYPE: AudioDelta['type'] = 'response.output_audio.delta';
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;
/** At most what keeps an integer exact, written the only way JSON allows. */
const INTEGER = /(0|[1-9][0-9]{0,8})(?=[,}])/y;

/** @returns the event, or undefined when the message is another event or is written in another way */
export function readAudioDelta(text: string): AudioDelta | undefined {
  if (!text.startsWith('{"')) return undefined;
  const fields = new Map<string, string | number>();
  let at = 1;
  while (text[at] === '"') {
    const keyEnd = text.indexOf('"', at + 1);
    const key = text.slice(at + 1, keyEnd);
    if (keyEnd < 0 || text[keyEnd + 1] !== ':' || !PLAIN.test(key) || fields.has(key)) return undefined;
    at = keyEnd + 2;
    if (text[at] === '"') {
      const end = text.indexOf('"', at + 1);
      const value = text.slice(at + 1, end);
      if (end < 0 || !(key === 'delta' ? BASE64 : PLAIN).test(value)) return undefined;
      if (key === 'type' && value !== TYPE) return undefined;
      fields.set(key, value);
      at = end + 1;
    } else {
      INTEGER.lastIndex = at;
      const digits = INTEGER.exec(text)?.[1];
      if (digits === undefined) return undefined;
      fields.set(key, Number(digits));
      at += digits.length;
    }
    if (text[at] === '}') return at === text.length - 1 ? assemble(fields) : undefined;
    if (text[at] !== ',') return undefined;
    at += 1;
  }
  return undefined;
}

function assemble(fields: Map<string, string | number>): AudioDelta | undefined {
  const eventId = fields.get('event_id') ?? '';
  const responseId = fields.get('response_id');
  const itemId = fields.get('item_id');
  const outputIndex = fields.get('output_index');
  const contentIndex = fields.get('content_index');
  const delta = fields.get('delta');
  if (fields.get('type') !== TYPE || typeof eventId !== 'string' || typeof responseId !== 'string') return undefined;
  if (typeof itemId !== 'string' || typeof outputIndex !== 'number') return undefined;
  if (typeof contentIndex !== 'number' || typeof delta !== 'string') return undefined;
  return {
    type: TYPE,
    event_id: eventId,
    response_id: responseId,
    item_id: itemId,
    output_index: outputIndex,
    content_index: contentIndex,
    delta,
  };
}
