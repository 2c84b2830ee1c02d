/**
 * How a person says a time, in the language asked for and the business's zone: "Thursday, December 3 at 2:30 PM",
 * "jeudi 3 décembre à 14 h 30". Intl knows each language's order, connecting words and clock (12 or 24 hours, also by
 * region: `es-MX` says "2:30 p.m."); where it writes what nobody says, that is put right here.
 */

type Formats = {
  readonly day: Intl.DateTimeFormat;
  readonly time: Intl.DateTimeFormat;
  readonly both: Intl.DateTimeFormat;
};

interface Said {
  readonly day: string;
  readonly time: string;
  /** Day and time as Intl joins them. */
  readonly both: string;
  /** As the clock of the language shows it: 2 or 14. */
  readonly hour: number;
  /** Of the month. */
  readonly date: number;
}

const phrases: Readonly<Record<string, (said: Said) => string>> = {
  en: ({ day, time }) => `${day} at ${time}`,
  es: ({ day, time, hour }) => `${day} a ${hour === 1 ? 'la' : 'las'} ${time}`,
  fr: ({ day, time, date }) =>
    `${date === 1 ? day.replace(' 1 ', ' 1er ') : day} à ${time.replace(/^0?(\d+) ?[:h] ?(\d+)/u, (_, hour, minute) => (minute === '00' ? `${hour} h` : `${hour} h ${minute}`))}`,
  de: ({ day, time }) => `${day} um ${time} Uhr`,
  pt: ({ day, time, hour }) => `${day} ${hour === 1 ? 'à' : 'às'} ${time}`,
  it: ({ day, time, date, hour }) =>
    `${date === 1 ? day.replace(' 1 ', ' 1º ') : day} ${hour === 1 ? 'all’' : 'alle '}${time}`,
  nl: ({ both }) => `${both} uur`,
  pl: ({ day, time }) => `${day} o ${time}`,
};

/**
 * Where a time happens twice (clocks going back), the zone's name is added, because nothing else tells the two apart.
 * @param language a BCP 47 tag; one that Intl does not know is said in English
 */
export function spokenTime(startMs: number, timeZone: string, language = 'en'): string {
  const tag = knownLanguage(language);
  const { day, time, both } = formatsFor(tag, timeZone);
  const number = (format: Intl.DateTimeFormat, wanted: Intl.DateTimeFormatPartTypes) =>
    Number(format.formatToParts(startMs).find(({ type }) => type === wanted)?.value);
  const plain = (text: string) => text.replace(/\s/gu, ' ');
  const said = {
    day: plain(day.format(startMs)),
    time: plain(time.format(startMs)),
    both: plain(both.format(startMs)),
    hour: number(time, 'hour'),
    date: number(day, 'day'),
  };
  const sentence = phrases[tag.split('-', 1)[0] ?? '']?.(said) ?? said.both;
  return happensTwice(startMs, timeZone) ? `${sentence} ${zoneName(startMs, timeZone, tag)}` : sentence;
}

/** English is said as in the United States, whatever the region: it is what the receptionist's examples say. */
function knownLanguage(language: string): string {
  if (/^en\b/u.test(language)) return 'en-US';
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(language)[0] ?? 'en-US';
  } catch (error) {
    // Intl tells a tag that is none only by this exception.
    if (error instanceof RangeError) return 'en-US';
    throw error;
  }
}

/** Making a format takes a hundred times as long as using it. */
const MAX_FORMATS = 200;
const made = new Map<string, Formats>();

function formatsFor(tag: string, timeZone: string): Formats {
  const key = `${tag} ${timeZone}`;
  const known = made.get(key);
  if (known) return known;
  const day = { timeZone, weekday: 'long', month: 'long', day: 'numeric' } as const;
  const time = { timeZone, hour: 'numeric', minute: '2-digit' } as const;
  const formats = {
    day: new Intl.DateTimeFormat(tag, day),
    time: new Intl.DateTimeFormat(tag, time),
    both: new Intl.DateTimeFormat(tag, { ...day, ...time }),
  };
  if (made.size >= MAX_FORMATS) made.clear();
  made.set(key, formats);
  return formats;
}

function zoneName(startMs: number, timeZone: string, tag: string): string {
  const parts = new Intl.DateTimeFormat(tag, { timeZone, timeZoneName: 'short' }).formatToParts(startMs);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? timeZone;
}

function happensTwice(startMs: number, timeZone: string): boolean {
  const time = Temporal.Instant.fromEpochMilliseconds(startMs).toZonedDateTimeISO(timeZone);
  const local = time.toPlainDateTime();
  const first = local.toZonedDateTime(timeZone, { disambiguation: 'earlier' });
  const second = local.toZonedDateTime(timeZone, { disambiguation: 'later' });
  return !first.equals(second);
}
