/** The times on offer, and which of them a caller means. */
import { z } from 'zod';
import { parseJson } from '../json.ts';
import type { Entry } from './conversation.ts';
import { callerTurns } from './conversation.ts';
import { isRefusal } from './tool-answers.ts';

const foundSlots = z.object({
  exact: z.boolean().default(true),
  slots: z.array(z.object({ slot: z.string(), time: z.string(), with: z.string().default('') })),
});
export type OfferedSlot = z.infer<typeof foundSlots>['slots'][number];

/** No more than these are read out. */
const OFFERED = 3;

export interface Offer {
  exact: boolean;
  slots: OfferedSlot[];
  /** Where in the conversation the offer was found. */
  at: number;
}

/** The latest times that were found and not yet booked from; undefined when there are none. */
export function openOffer(conversation: readonly Entry[]): Offer | undefined {
  for (let at = conversation.length - 1; at >= 0; at -= 1) {
    const entry = conversation[at];
    if (entry?.kind !== 'answered') continue;
    const name = conversation.find((other) => other.kind === 'called' && other.callId === entry.callId);
    if (name?.kind !== 'called') continue;
    if (name.name === 'book_slot') return undefined;
    // The times stay on offer when a change was refused.
    if (name.name === 'move_appointment' && !isRefusal(entry.output)) return undefined;
    if (name.name !== 'find_slots') continue;
    const offer = readOffer(entry.output);
    return offer && offer.slots.length > 0 ? { ...offer, at } : undefined;
  }
  return undefined;
}

export function readOffer(output: string): Omit<Offer, 'at'> | undefined {
  const found = foundSlots.safeParse(parseJson(output));
  return found.success ? { exact: found.data.exact, slots: found.data.slots.slice(0, OFFERED) } : undefined;
}

/** The times in one sentence; a day is named once. */
export function spokenOffer({ exact, slots }: Omit<Offer, 'at'>): string {
  const times = slots.map(({ time }, index) => {
    const [day, clock] = time.split(' at ');
    return clock !== undefined && index > 0 && slots[index - 1]?.time.startsWith(`${day} at `) ? clock : time;
  });
  const last = times.pop() ?? '';
  const list = times.length > 0 ? `${times.join(', ')} or ${last}` : last;
  const opening = exact ? 'I have' : 'Nothing is free then. The nearest I have is';
  return `${opening} ${list}. ${slots.length > 1 ? 'Which one works for you?' : 'Does that work for you?'}`;
}

const NUMBER_WORDS = 'zero one two three four five six seven eight nine ten eleven twelve'.split(' ');
const MINUTE_WORDS: Record<string, string> = { fifteen: '15', thirty: '30', 'forty-five': '45' };
const ORDINALS: readonly [RegExp, number][] = [
  [/\b(first|earliest|soonest)\b/i, 0],
  [/\bsecond\b/i, 1],
  [/\bthird\b/i, 2],
];

/** "two thirty" and "half past two" as 2:30, "noon" as 12 PM. */
function withDigits(text: string): string {
  const hour = `(${NUMBER_WORDS.slice(1).join('|')})`;
  return text
    .toLowerCase()
    .replace(/\bnoon\b/g, '12 pm')
    .replace(new RegExp(`\\bhalf past ${hour}\\b`, 'g'), (_all, word: string) => `${NUMBER_WORDS.indexOf(word)}:30`)
    .replace(new RegExp(`\\b${hour} (fifteen|thirty|forty-five)\\b`, 'g'), (_all, word: string, minutes: string) => {
      return `${NUMBER_WORDS.indexOf(word)}:${MINUTE_WORDS[minutes] ?? '00'}`;
    })
    .replace(new RegExp(`\\b${hour}(?= o'clock| [ap]\\.?m)`, 'g'), (word) => String(NUMBER_WORDS.indexOf(word)))
    .replace(new RegExp(`\\bat ${hour}\\b`, 'g'), (_all, word: string) => `at ${NUMBER_WORDS.indexOf(word)}`);
}

interface Clock {
  hour: number;
  minute: number | undefined;
  half: string | undefined;
}

function clocks(text: string): Clock[] {
  const said: Clock[] = [];
  for (const match of withDigits(text).matchAll(/(at )?\b(\d{1,2})(?::(\d{2}))?( o'clock)?(?:\s*([ap])\.?m\b)?/g)) {
    const [, at, hour, minute, oClock, half] = match;
    if (at ?? minute ?? oClock ?? half)
      said.push({ hour: Number(hour), minute: minute === undefined ? undefined : Number(minute), half });
  }
  return said;
}

function matches(said: Clock, slot: OfferedSlot): boolean {
  return clocks(slot.time).some(
    (clock) =>
      clock.hour === said.hour &&
      (clock.minute ?? 0) === (said.minute ?? clock.minute ?? 0) &&
      (said.half === undefined || clock.half === undefined || said.half === clock.half),
  );
}

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

/**
 * Which of the offered times the caller means: by its position, its weekday, its clock time or the person's name.
 * @returns the slot; `unclear` when several fit what was said; undefined when nothing was said that picks one
 */
export function pickSlot(text: string, slots: readonly OfferedSlot[]): OfferedSlot | 'unclear' | undefined {
  const ordinal = ORDINALS.find(([pattern]) => pattern.test(text))?.[1];
  if (ordinal !== undefined) return slots[ordinal];
  if (/\blast\b/i.test(text)) return slots.at(-1);
  if (/\b(either|any of (them|those)|any time)\b/i.test(text)) return slots[0];

  const lower = text.toLowerCase();
  const days = WEEKDAYS.filter((day) => lower.includes(day));
  const times = clocks(text);
  const person = slots.filter((slot) => slot.with !== '' && lower.includes(slot.with.toLowerCase()));
  if (days.length === 0 && times.length === 0 && person.length === 0) return undefined;
  const fitting = slots.filter(
    (slot) =>
      (days.length === 0 || days.some((day) => slot.time.toLowerCase().includes(day))) &&
      (times.length === 0 || times.some((said) => matches(said, slot))) &&
      (person.length === 0 || person.includes(slot)),
  );
  return fitting.length > 1 ? 'unclear' : fitting[0];
}

/** The time the caller settled on since the offer was made: the latest pick counts. */
export function pickedSince(offer: Offer, conversation: readonly Entry[]): OfferedSlot | undefined {
  for (const text of callerTurns(conversation, offer.at).reverse()) {
    const picked = pickSlot(text, offer.slots);
    if (picked !== undefined && picked !== 'unclear') return picked;
    if (offer.slots.length === 1 && /\b(yes|yeah|sure|works|perfect|sounds good|fine|okay)\b/i.test(text))
      return offer.slots[0];
  }
  return undefined;
}
