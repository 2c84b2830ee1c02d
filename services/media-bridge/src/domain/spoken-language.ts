import type { SpokenTurn, ToolUse } from './transcript.ts';

/** The name of the tool that changes it. */
export const CHANGE_LANGUAGE = 'change_language';

/** The language a call is held in: the business's first, until the caller speaks another of its languages. */
export interface SpokenLanguage {
  /** BCP 47 tag. */
  tag(): string;
  /** In English. */
  name(): string;
  /**
   * @param wanted a tag, or a language's English name
   * @returns the tag now spoken; undefined when it is none of the business's languages
   */
  change(wanted: string): string | undefined;
}

const names = new Intl.DisplayNames(['en'], { type: 'language' });

/** "Spanish" of `es`; the tag itself when it has no name. */
export function languageName(tag: string): string {
  return names.of(tag) ?? tag;
}

/** @param past what happened in this call before, in another bridge */
export function createSpokenLanguage(
  languages: readonly string[],
  past: readonly (SpokenTurn | ToolUse)[] = [],
): SpokenLanguage {
  const changes = past.filter((entry) => entry.kind === 'tool' && entry.name === CHANGE_LANGUAGE);
  const noted = changes.flatMap((entry) =>
    entry.kind === 'tool' ? languages.filter((each) => entry.output.includes(`"${each}"`)) : [],
  );
  let tag = noted.at(-1) ?? languages[0] ?? 'en';
  return {
    tag() {
      return tag;
    },
    name() {
      return languageName(tag);
    },
    change(wanted) {
      const asked = wanted.toLowerCase();
      const [primary = asked] = asked.split('-');
      const found =
        languages.find((each) => each.toLowerCase() === asked || languageName(each).toLowerCase() === asked) ??
        languages.find((each) => each.toLowerCase().split('-')[0] === primary);
      if (found !== undefined) tag = found;
      return found;
    },
  };
}
