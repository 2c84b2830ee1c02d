/** Which service somebody means. People and models say "furnace repair please" for "Furnace Repair & Diagnosis". */
import type { Service } from './catalog.ts';

/**
 * The service that fits a spoken name best, or the business's first when none was named; `undefined` when none fits.
 * Fits: most of the words said are in the name, or the whole name is in what was said. One word of two in common is not
 * enough, or "drain cleaning" would book a furnace cleaning. Ties go to the service added first.
 */
export function matchService(services: readonly Service[], spokenName: string | undefined): Service | undefined {
  const said = wordsOf(spokenName ?? '');
  // "An appointment, please" names none, unless a service is called just that.
  const namesOne = said.some((word) => !fillers.has(word));
  if (!namesOne) return services.find(({ name }) => wordsOf(name).join(' ') === said.join(' ')) ?? services[0];
  return services
    .map((service) => ({ service, score: score(said, wordsOf(service.name)) }))
    .filter(({ score }) => score > 0)
    .sort((one, other) => other.score - one.score)[0]?.service;
}

/** From 0 (does not fit) to 1 (the same words). */
function score(said: readonly string[], name: readonly string[]): number {
  const saidInName = said.filter((word) => name.some((other) => isSameWord(word, other))).length;
  const nameInSaid = name.filter((word) => said.some((other) => isSameWord(word, other))).length;
  const fits = saidInName > said.length / 2 || nameInSaid === name.length;
  return fits ? (saidInName + nameInSaid) / (said.length + name.length) : 0;
}

/** Forgives endings ("repairs", "cleaning") by comparing beginnings, but only of words long enough to mean something. */
function isSameWord(one: string, other: string): boolean {
  const [shorter, longer] = one.length <= other.length ? [one, other] : [other, one];
  return one === other || (shorter.length >= 4 && longer.startsWith(shorter));
}

const fillers = new Set(['a', 'an', 'the', 'and', 'of', 'for', 'my', 'with', 'please', 'appointment', 'service']);

/** Words in the order given; without filler words, unless there is nothing else. */
function wordsOf(text: string): string[] {
  const words =
    text
      .normalize('NFKD')
      .toLowerCase()
      .replace(/\p{M}/gu, '')
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  const meaningful = words.filter((word) => !fillers.has(word));
  return meaningful.length > 0 ? meaningful : words;
}
