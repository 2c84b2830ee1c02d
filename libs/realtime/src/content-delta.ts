/**
 * The events that come many times a second in every call, each a piece of what the model says. They are cut out of the
 * message by position instead of being parsed, validated and copied. The reader accepts one flat object of strings
 * without an escape and of small integers, and gives up on anything else (a nested value, a duplicate key); the schema
 * then decides. Property tests hold the two to the same answer.
 */

export interface ContentDelta<Type extends string> {
  type: Type;
  event_id: string;
  response_id: string;
  item_id: string;
  output_index: number;
  content_index: number;
  delta: string;
}

/** What JSON writes as it is. A quotation mark would have ended the string. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON does not allow them unescaped
const PLAIN = /^[^\x00-\x1f\\]*$/;
/** At most what keeps an integer exact, written the only way JSON allows. */
const INTEGER = /(0|[1-9][0-9]{0,8})(?=[,}])/y;

/**
 * @param allowed what the piece itself may look like
 * @returns the event, or undefined when the message is another event or is written in another way
 */
export function readContentDelta<Type extends string>(
  text: string,
  type: Type,
  allowed: RegExp = PLAIN,
): ContentDelta<Type> | undefined {
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
      if (end < 0 || !(key === 'delta' ? allowed : PLAIN).test(value)) return undefined;
      if (key === 'type' && value !== type) return undefined;
      fields.set(key, value);
      at = end + 1;
    } else {
      INTEGER.lastIndex = at;
      const digits = INTEGER.exec(text)?.[1];
      if (digits === undefined) return undefined;
      fields.set(key, Number(digits));
      at += digits.length;
    }
    if (text[at] === '}') return at === text.length - 1 ? assemble(fields, type) : undefined;
    if (text[at] !== ',') return undefined;
    at += 1;
  }
  return undefined;
}

function assemble<Type extends string>(
  fields: ReadonlyMap<string, string | number>,
  type: Type,
): ContentDelta<Type> | undefined {
  const eventId = fields.get('event_id') ?? '';
  const responseId = fields.get('response_id');
  const itemId = fields.get('item_id');
  const outputIndex = fields.get('output_index');
  const contentIndex = fields.get('content_index');
  const delta = fields.get('delta');
  if (fields.get('type') !== type || typeof eventId !== 'string' || typeof responseId !== 'string') return undefined;
  if (typeof itemId !== 'string' || typeof outputIndex !== 'number') return undefined;
  if (typeof contentIndex !== 'number' || typeof delta !== 'string') return undefined;
  return {
    type,
    event_id: eventId,
    response_id: responseId,
    item_id: itemId,
    output_index: outputIndex,
    content_index: contentIndex,
    delta,
  };
}
