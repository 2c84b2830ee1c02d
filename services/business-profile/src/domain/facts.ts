/** The knowledge that is short enough to be told to the model at the start of every call. */

/** The limit of `sessionProfile.facts`: about 1,500 tokens, which every turn of every call pays for. */
export const MAX_FACTS_LENGTH = 6_000;

export interface FactSource {
  readonly title: string;
  readonly text: string;
}

/**
 * Whole documents in the order they were added, as long as they fit; a document is told entirely or not at all, because
 * half of a price list misleads. The rest is found by searching.
 */
export function factsFrom(documents: readonly FactSource[]): string {
  let facts = '';
  for (const { title, text } of documents) {
    const section = `## ${title}\n${text.trim()}`;
    const longer = facts ? `${facts}\n\n${section}` : section;
    if (longer.length <= MAX_FACTS_LENGTH) facts = longer;
  }
  return facts;
}
