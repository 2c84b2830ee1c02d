/** Which service a caller wants, and with whom: what was said, against what there is. */
import type { Catalog, Resource, Service } from './catalog.ts';
import { matchPeople, matchSkill, skillsOf } from './match-people.ts';
import { matchService } from './match-service.ts';
import { helpersOf, maySpeak, performersOf } from './performers.ts';

export interface Said {
  readonly service?: string | undefined;
  readonly resource?: string | undefined;
  readonly language?: string | undefined;
  readonly skill?: string | undefined;
}

/** The appointment that another time is looked for: its service and its person are meant when nothing else is said. */
export interface Moved {
  readonly serviceId: string;
  readonly serviceName: string;
  readonly resourceId: string;
}

export interface WhoAndWhat {
  readonly service: Service;
  /** At least one. */
  readonly performers: readonly Resource[];
  /** Whether they were chosen by what was said, so that nobody else will do. */
  readonly named: boolean;
}

/** Told to the receptionist, who says it: names what there is, so that the caller can choose. */
type Nobody = { readonly ok: false; readonly reason: string };

export function whoAndWhat(catalog: Catalog, said: Said, moved?: Moved): (WhoAndWhat & { readonly ok: true }) | Nobody {
  const what = serviceMeant(catalog, said.service, moved);
  if (!what.ok) return what;
  const { service } = what;
  const everybody = performersOf(service, catalog);
  if (everybody.length === 0) return nobody(`nobody takes appointments for ${service.name} at the moment`);
  const lacking = helpersOf(service, catalog).findIndex((pool) => pool.length === 0);
  if (lacking >= 0) {
    return nobody(`${service.name} takes ${article(service.alsoNeeds[lacking] ?? 'room')}, and there is none for it`);
  }
  const able = withLanguageAndSkill(everybody, service, said);
  if (!able.ok) return able;
  return chosen(catalog, service, everybody, able.people, said, moved);
}

function serviceMeant(
  { services }: Catalog,
  spokenName: string | undefined,
  moved: Moved | undefined,
): { readonly ok: true; readonly service: Service } | Nobody {
  const names = services.map(({ name }) => name);
  if (moved && !spokenName?.trim()) {
    const service = services.find(({ serviceId }) => serviceId === moved.serviceId);
    if (service) return { ok: true, service };
    return nobody(`${moved.serviceName} is no longer offered; ${listed(names, 'there are no other services')}`);
  }
  const service = matchService(services, spokenName);
  if (service) return { ok: true, service };
  return nobody(names.length > 0 ? `there is no such service; ${listed(names, '')}` : 'there are no services yet');
}

function withLanguageAndSkill(
  everybody: readonly Resource[],
  service: Service,
  { language, skill }: Said,
): { readonly ok: true; readonly people: readonly Resource[] } | Nobody {
  const speaking = language === undefined ? everybody : everybody.filter((person) => maySpeak(person, language));
  if (speaking.length === 0) {
    const spoken = [...new Set(everybody.flatMap(({ languages }) => languages))].map(nameOfLanguage);
    return nobody(`nobody who does ${service.name} speaks ${nameOfLanguage(language ?? '')}; ${listed(spoken, '')}`);
  }
  if (skill === undefined) return { ok: true, people: speaking };
  const skilled = matchSkill(speaking, skill);
  if (skilled.length > 0) return { ok: true, people: skilled };
  return nobody(`nobody who fits does that; ${listed(skillsOf(speaking), 'no special skills are known')}`);
}

function chosen(
  catalog: Catalog,
  service: Service,
  everybody: readonly Resource[],
  able: readonly Resource[],
  said: Said,
  moved: Moved | undefined,
): (WhoAndWhat & { readonly ok: true }) | Nobody {
  const narrowed = said.language !== undefined || said.skill !== undefined;
  if (said.resource === undefined) {
    const same = able.filter(({ resourceId }) => resourceId === moved?.resourceId);
    if (same.length > 0) return { ok: true, service, performers: same, named: true };
    return { ok: true, service, performers: able, named: narrowed };
  }
  // Among everybody there is, not only those who do it: or, asked for Danae, who does not, Dana would be understood.
  const meant = matchPeople(catalog.resources, said.resource);
  if (meant === undefined) return { ok: true, service, performers: able, named: narrowed };
  const fitting = meant.filter((person) => able.includes(person));
  if (fitting.length > 0) return { ok: true, service, performers: fitting, named: true };
  const those = listed(names(able), '');
  const performing = meant.filter((person) => everybody.includes(person));
  const [refused] = performing.length > 0 ? performing : meant;
  if (!refused) return nobody(`there is nobody of that name for ${service.name}; ${those}`);
  if (performing.length > 0) return nobody(`${refused.name} does not fit what was asked for; ${those}`);
  return nobody(`${refused.name} does not do ${service.name}; ${those}`);
}

function names(people: readonly Resource[]): string[] {
  return people.map(({ name }) => name);
}

/** More than anybody would want read to them over the telephone. */
const MAX_LISTED = 12;

function listed(things: readonly string[], otherwise: string): string {
  if (things.length === 0) return otherwise;
  const more = things.length > MAX_LISTED ? ' and others' : '';
  return `there ${things.length === 1 ? 'is' : 'are'}: ${things.slice(0, MAX_LISTED).join(', ')}${more}`;
}

const languageNames = new Intl.DisplayNames('en', { type: 'language' });

function nameOfLanguage(tag: string): string {
  try {
    return languageNames.of(tag) ?? tag;
  } catch (error) {
    // Intl tells a tag that is none only by this exception.
    if (error instanceof RangeError) return tag;
    throw error;
  }
}

function article(thing: string): string {
  return /^[aeiou]/u.test(thing) ? `some ${thing}` : `a ${thing}`;
}

function nobody(reason: string): Nobody {
  return { ok: false, reason };
}
