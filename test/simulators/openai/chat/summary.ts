/**
 * A summary derived by rules from the words of a transcript, poured into whatever schema was asked for. Nothing in it
 * comes from anywhere else: what the caller did not say is not in the summary.
 */
import * as wishes from '../receptionist/wishes.ts';
import { type JsonSchema, readSchema } from './strict-schema.ts';
import type { Line, Transcript } from './transcript.ts';

export interface Facts {
  callerName: string | null;
  outcome: 'appointment_booked' | 'question_answered' | 'message_taken' | 'transferred' | 'no_outcome';
  intent: string;
  sentiment: 'positive' | 'neutral' | 'negative';
  topics: string[];
  followUps: string[];
  summary: string;
  preferences: string[];
}

const POSITIVE = /\b(thanks|thank you|great|perfect|wonderful|awesome|lovely|excellent)\b/i;
const NEGATIVE = /\b(angry|terrible|awful|ridiculous|unacceptable|complain\w*|worst|furious)\b/i;
const PREFERS = /\bI(?:'d| would)? (?:usually |always )?prefer (?:to have )?([^.,;!?]+)/gi;
const BOOKED = /\byou(?:'re| are) booked for ([^.]+)\./i;

function nameOf(lines: readonly Line[]): string | null {
  let asked = false;
  let name: string | undefined;
  for (const { by, text } of lines) {
    if (by === 'receptionist') asked = /\byour name\b/i.test(text);
    else name = (asked ? wishes.answeredName(text) : wishes.statedName(text)) ?? name;
  }
  return name ?? null;
}

export function factsOf({ lines, done }: Transcript): Facts {
  const caller = lines.filter(({ by }) => by === 'caller').map(({ text }) => text);
  const receptionist = lines.filter(({ by }) => by === 'receptionist').map(({ text }) => text);
  const callerName = nameOf(lines);
  const booked = receptionist.map((text) => BOOKED.exec(text)?.[1]).findLast((time) => time !== undefined);
  const asked = caller.filter((text) => wishes.asksQuestion(text) && !wishes.wantsBooking(text));
  const wantsBooking = caller.some(wishes.wantsBooking);
  const callBack = receptionist.some((text) => /somebody will call you back/i.test(text));
  const answered = asked.length > 0 && receptionist.some((text) => /anything else\?$/i.test(text));

  const isBooked = booked !== undefined || done.includes('book_slot');
  const outcome = isBooked ? 'appointment_booked' : answered ? 'question_answered' : 'no_outcome';
  const who = callerName ?? 'The caller';
  const sentences = [
    ...asked.map((text) => `${who} asked: "${text}"`),
    ...(isBooked ? [`${who} booked an appointment${booked === undefined ? '' : ` for ${booked}`}.`] : []),
    ...(wantsBooking && !isBooked ? [`${who} wanted an appointment, but none was booked.`] : []),
    ...(callBack ? [`${who} was promised a call back.`] : []),
  ];
  if (sentences.length === 0) {
    sentences.push(
      caller.length > 0 ? `${who} called and said: "${caller.join(' ')}"` : 'Nothing was said by the caller.',
    );
  }
  const sentiment = caller.some((text) => NEGATIVE.test(text))
    ? 'negative'
    : caller.some((text) => POSITIVE.test(text))
      ? 'positive'
      : 'neutral';
  return {
    callerName,
    outcome,
    intent: wantsBooking ? 'book an appointment' : asked.length > 0 ? 'ask a question' : 'unclear',
    sentiment,
    topics: [...wishes.keywords(caller.join(' '))].slice(0, 5),
    followUps: callBack ? [`Call ${callerName ?? 'the caller'} back`] : [],
    summary: sentences.slice(0, 4).join(' '),
    preferences: [...new Set(caller.flatMap(preferencesIn))],
  };
}

/** "I prefer mornings." → "mornings", in the caller's own words. */
function preferencesIn(text: string): string[] {
  return [...text.matchAll(PREFERS)].flatMap(([, what]) => what?.trim() || []);
}

/** The value for a schema: known properties by their name, everything else as empty as the schema allows. */
export function fillSchema(schema: JsonSchema, facts: Facts): unknown {
  const known = new Map<string, unknown>(Object.entries(facts).map(([name, value]) => [plainName(name), value]));
  return fill(schema, known, undefined);
}

const plainName = (name: string): string => name.toLowerCase().replaceAll(/[^a-z]/g, '');

function fill(schema: JsonSchema, known: ReadonlyMap<string, unknown>, value: unknown): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum.includes(value) ? value : schema.enum[0];
  const options = schema.anyOf?.map(readSchema);
  if (options) {
    const isNull = (option: JsonSchema) => option.type === 'null';
    const chosen =
      value === null || value === undefined ? options.find(isNull) : options.find((option) => !isNull(option));
    return fill(chosen ?? options[0] ?? {}, known, value);
  }
  const types = [schema.type].flat();
  if ((value === null || value === undefined) && types.includes('null')) return null;
  if (types.includes('object')) {
    const properties = Object.entries(schema.properties ?? {});
    return Object.fromEntries(
      properties.map(([name, property]) => [name, fill(readSchema(property), known, known.get(plainName(name)))]),
    );
  }
  if (types.includes('array')) {
    const items = Array.isArray(value) ? value : [];
    return items.map((item: unknown) => fill(readSchema(schema.items), known, item));
  }
  if (types.includes('string')) return typeof value === 'string' ? value : '';
  if (types.includes('boolean')) return typeof value === 'boolean' ? value : false;
  return typeof value === 'number' ? value : 0;
}
