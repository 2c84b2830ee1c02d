/**
 * Cuts a document into the pieces that are searched and read out: paragraphs, each with the heading it stands under, so
 * that a piece makes sense by itself.
 */

/** Longer paragraphs are cut at sentences: a passage is read by a model in mid-call, and longer ones cost time. */
export const MAX_PASSAGE_LENGTH = 1_000;

/** @param text plain text or Markdown */
export function splitPassages(text: string): string[] {
  const passages: string[] = [];
  let heading = '';
  for (const block of text.replace(/\r\n?/g, '\n').split(/\n\s*\n/)) {
    const { title, body } = splitHeading(block.trim());
    if (title) heading = title;
    if (!body) continue;
    for (const part of cutLong(body)) passages.push(heading ? `${heading}: ${part}` : part);
  }
  // A document of headings alone still says something.
  return passages.length > 0 || !heading ? passages : [heading];
}

/** A Markdown heading may stand alone or directly over its paragraph. A very long one is a paragraph with a `#`. */
function splitHeading(block: string): { title: string; body: string } {
  const [first = '', ...rest] = block.split('\n');
  const title = /^#{1,6}\s+(.{1,120}?)\s*#*$/.exec(first)?.[1];
  return title === undefined ? { title: '', body: block } : { title, body: rest.join('\n').trim() };
}

function cutLong(paragraph: string): string[] {
  if (paragraph.length <= MAX_PASSAGE_LENGTH) return [paragraph];
  const parts: string[] = [];
  let part = '';
  for (const sentence of paragraph.split(/(?<=[.!?])\s+|\n/).flatMap(cutHard)) {
    if (part && part.length + 1 + sentence.length > MAX_PASSAGE_LENGTH) {
      parts.push(part);
      part = '';
    }
    part = part ? `${part} ${sentence}` : sentence;
  }
  if (part) parts.push(part);
  return parts;
}

/** Text without a single full stop, such as a table, must not make a passage without bound. */
function cutHard(sentence: string): string[] {
  const pieces: string[] = [];
  for (let from = 0; from < sentence.length; from += MAX_PASSAGE_LENGTH) {
    pieces.push(sentence.slice(from, from + MAX_PASSAGE_LENGTH));
  }
  return pieces;
}
