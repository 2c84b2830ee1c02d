/** Whom somebody asks for: by name ("Doctor Whitfield", "Dana please"), or by what they can do. */
import type { Resource } from './catalog.ts';
import { hasSkill } from './performers.ts';
import { fit, isSameWord, wordsOf } from './words.ts';

const titles = ['dr', 'doctor', 'mr', 'mister', 'mrs', 'ms', 'miss', 'prof', 'professor'];
const nobody = ['any', 'anybody', 'anyone', 'whoever', 'whichever', 'no', 'preference', 'either', 'available', 'first'];
const fillers = new Set([...titles, ...nobody, 'a', 'an', 'the', 'with', 'for', 'please', 'is', 'fine', 'one']);

/**
 * Those whose name fits best: more than one when the name said is that of several, none when it fits nobody.
 * `undefined` when nobody in particular was named ("anyone is fine"). The exact word goes before one that only begins
 * like it, so that Dana is never Danae; nothing else is guessed, because a wrong person is worse than a question.
 */
export function matchPeople(people: readonly Resource[], spokenName: string): Resource[] | undefined {
  const said = wordsOf(spokenName, fillers);
  if (said.every((word) => fillers.has(word))) {
    const called = people.filter(({ name }) => wordsOf(name, fillers).join(' ') === said.join(' '));
    return called.length > 0 ? called : undefined;
  }
  const exact = best(people, said, (one, other) => one === other);
  return exact.length > 0 ? exact : best(people, said, isSameWord);
}

function best(people: readonly Resource[], said: readonly string[], isSame: (one: string, other: string) => boolean) {
  const scored = people
    .map((person) => ({ person, score: fit(said, wordsOf(person.name, fillers), isSame) }))
    .filter(({ score }) => score > 0);
  const highest = Math.max(...scored.map(({ score }) => score));
  return scored.filter(({ score }) => score === highest).map(({ person }) => person);
}

/** Those who have the skill somebody means, however it is put ("deep tissue massage" for "deep-tissue"). */
export function matchSkill(people: readonly Resource[], spokenSkill: string): Resource[] {
  const said = wordsOf(spokenSkill, new Set());
  const known = skillsOf(people)
    .map((skill) => ({ skill, score: fit(said, wordsOf(skill, new Set())) }))
    .filter(({ score }) => score > 0)
    .sort((one, other) => other.score - one.score)[0];
  return known ? people.filter((person) => hasSkill(person, known.skill)) : [];
}

/** Every skill once, whatever its capitals, in the order of the people. */
export function skillsOf(people: readonly Resource[]): string[] {
  return [...new Map(people.flatMap(({ skills }) => skills.map((skill) => [skill.toLowerCase(), skill]))).values()];
}
