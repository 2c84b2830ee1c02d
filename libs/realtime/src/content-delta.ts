/**
 * The events that come many times a second in every call, each a piece of what the model says. They are cut out of the
 * message instead of being parsed, validated and copied. The reader accepts them as the server writes them: its order of
 * fields, strings without an escape, small integers, no white space. It gives up on anything else; the schema then
 * decides. Property tests hold the two to the same answer.
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

/** What JSON never writes as it is between quotes: `"`, `\` and control characters. */
const ESCAPED = '"\\\\\\x00-\\x1f';
/** A text without them; ASCII, because it is looked for in bytes. */
const TEXT = `"([^${ESCAPED}\\x80-\\xff]*)"`;
/** At most what keeps an integer exact, written the only way JSON allows. */
const INTEGER = '(0|[1-9][0-9]{0,8})';
/** The type comes first, or right after the event's id. */
const HEAD = new RegExp(
  `^\\{(?:"event_id":${TEXT},"type":${TEXT}|"type":${TEXT}(?:,"event_id":${TEXT})?),` +
    `"response_id":${TEXT},"item_id":${TEXT},"output_index":${INTEGER},"content_index":${INTEGER},"delta":"`,
);
const QUOTE = '"'.charCodeAt(0);
const PLAIN = new RegExp(`^[^${ESCAPED}]*$`);
/** Some servers lengthen a piece, so that its size says less. */
const TAIL = new RegExp(`^"(?:,"obfuscation":${TEXT})?\\}$`);

/**
 * Reads the message from `from` to `to`.
 * @param start of the message, see `startOf`
 * @param allowed what the piece itself may look like
 * @returns the event, or undefined when the message is another event or is written in another way
 */
export function readContentDelta<Type extends string>(
  type: Type,
  start: string,
  message: Buffer,
  from: number,
  to: number,
  allowed: RegExp = PLAIN,
): ContentDelta<Type> | undefined {
  const head = HEAD.exec(start);
  if (head === null) return undefined;
  const [all, idBefore, typeAfter, typeFirst, idAfter, responseId = '', itemId = '', output, content] = head;
  if ((typeFirst ?? typeAfter) !== type) return undefined;
  const begin = from + all.length;
  const end = message.indexOf(QUOTE, begin);
  if (end < 0 || end >= to || !TAIL.test(message.toString('latin1', end, to))) return undefined;
  const delta = message.toString('utf8', begin, end);
  if (!allowed.test(delta)) return undefined;
  return {
    type,
    event_id: idBefore ?? idAfter ?? '',
    response_id: responseId,
    item_id: itemId,
    output_index: Number(output),
    content_index: Number(content),
    delta,
  };
}
