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

/** What JSON writes as it is, between its quotes. */
const TEXT = '"([^"\\\\\\x00-\\x1f]*)"';
/** At most what keeps an integer exact, written the only way JSON allows. */
const INTEGER = '(0|[1-9][0-9]{0,8})';
/** The type comes first, or right after the event's id. */
const HEAD = new RegExp(
  `^\\{(?:"event_id":${TEXT},"type":${TEXT}|"type":${TEXT}(?:,"event_id":${TEXT})?),` +
    `"response_id":${TEXT},"item_id":${TEXT},"output_index":${INTEGER},"content_index":${INTEGER},"delta":"`,
);
const PLAIN = new RegExp(`^${TEXT.slice(1, -1)}$`);
/** Some servers lengthen a piece, so that its size says less. */
const TAIL = new RegExp(`"(?:,"obfuscation":${TEXT})?\\}$`, 'y');

/**
 * @param allowed what the piece itself may look like
 * @returns the event, or undefined when the message is another event or is written in another way
 */
export function readContentDelta<Type extends string>(
  text: string,
  type: Type,
  allowed: RegExp = PLAIN,
): ContentDelta<Type> | undefined {
  const head = HEAD.exec(text);
  if (head === null) return undefined;
  const [all, idBefore, typeAfter, typeFirst, idAfter, responseId = '', itemId = '', output, content] = head;
  if ((typeFirst ?? typeAfter) !== type) return undefined;
  const end = text.indexOf('"', all.length);
  const delta = text.slice(all.length, end);
  TAIL.lastIndex = end;
  if (end < 0 || !TAIL.test(text) || !allowed.test(delta)) return undefined;
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
