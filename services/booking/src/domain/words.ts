/** Comparing what people say with what things are called: "furnace repair please" for "Furnace Repair & Diagnosis". */

/** Words in the order given, without capitals, accents and filler words, unless there is nothing else. */
export function wordsOf(text: string, fillers: ReadonlySet<string>): string[] {
  const words =
    text
      .normalize('NFKD')
      .toLowerCase()
      .replace(/\p{M}/gu, '')
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  const meaningful = words.filter((word) => !fillers.has(word));
  return meaningful.length > 0 ? meaningful : words;
}

/**
 * How well what was said fits a name, from 0 (does not fit) to 1 (the same words). Fits: most of the words said are in
 * the name, or the whole name is in what was said. One word of two in common is not enough, or "drain cleaning" would
 * book a furnace cleaning.
 */
export function fit(said: readonly string[], name: readonly string[], isSame = isSameWord): number {
  const saidInName = said.filter((word) => name.some((other) => isSame(word, other))).length;
  const nameInSaid = name.filter((word) => said.some((other) => isSame(word, other))).length;
  const fits = saidInName > said.length / 2 || (name.length > 0 && nameInSaid === name.length);
  return fits ? (saidInName + nameInSaid) / (said.length + name.length) : 0;
}

/** Forgives endings ("repairs", "cleaning") by comparing beginnings, but only of words long enough to mean something. */
export function isSameWord(one: string, other: string): boolean {
  const [shorter, longer] = one.length <= other.length ? [one, other] : [other, one];
  return one === other || (shorter.length >= 4 && longer.startsWith(shorter));
}
