/** Which of PostgreSQL's dictionaries a business's knowledge is searched with. */
const byLanguage: Readonly<Record<string, string>> = {
  da: 'danish',
  de: 'german',
  en: 'english',
  es: 'spanish',
  fi: 'finnish',
  fr: 'french',
  hu: 'hungarian',
  it: 'italian',
  nb: 'norwegian',
  nl: 'dutch',
  no: 'norwegian',
  pt: 'portuguese',
  ro: 'romanian',
  ru: 'russian',
  sv: 'swedish',
  tr: 'turkish',
};

/** @param language a BCP 47 tag; one without a dictionary is searched word for word */
export function searchConfigFor(language: string | undefined): string {
  return byLanguage[language?.split('-')[0] ?? ''] ?? 'simple';
}
