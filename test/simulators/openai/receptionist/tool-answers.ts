/** What the receptionist says (or does next) once a tool has answered. */
import { z } from 'zod';
import { parseJson } from '../json.ts';
import type { Move } from './conversation.ts';
import { readOffer, spokenOffer } from './slots.ts';
import { overlap } from './wishes.ts';

const failure = z.object({ error: z.string(), message: z.string().default('') });
const knowledge = z.object({ passages: z.array(z.object({ title: z.string().default(''), text: z.string() })) });
const message = z.object({ taken: z.literal(true), message: z.object({ number: z.string().nullable() }) });
const booking = z.object({
  booked: z.literal(true),
  time: z.string(),
  with: z.string().default(''),
  confirmation_code: z.string(),
});
const lookedUp = z.object({ appointments: z.array(z.unknown()) });
const changed = z.object({ time: z.string(), with: z.string().default(''), late_note: z.string().default('') });

/** No answer is read out beyond this. */
const MAX_ANSWER_WORDS = 40;

export const SENTENCES = {
  noCalendar:
    "I'm sorry, I can't reach the calendar right now. Shall I take a message, so that somebody can call you back?",
  notKnownIfBooked: "I'm sorry, the calendar did not answer. The team will confirm your appointment.",
  justTaken: "I'm sorry, that time was just taken. Let me look again.",
  notOffered: "I'm sorry, we don't offer that. Can I help with something else?",
  nothingFree: "I'm sorry, nothing is free then. Would another day work?",
  noKnowledge: "I'm sorry, I can't look that up right now. Shall somebody call you back?",
  notKnown: "I'm not sure about that. Shall somebody call you back?",
  messageTaken: 'I have taken your message. Somebody will call you back. Anything else?',
  messageWithoutNumber: 'I have taken your message. Anything else?',
  noMessage: "I'm sorry, I can't take a message right now. Please call again later. Anything else?",
  askCode: 'May I have your confirmation code, please? You can spell it.',
  wrongCode: "I'm sorry, that code is not right. Could you spell it again?",
  codesLocked: "I'm sorry, there were too many wrong codes. The team can help you. Anything else?",
  noAppointment: "I'm sorry, I can't find an appointment of yours. Anything else?",
  shallICancel: 'Shall I cancel',
  kept: 'All right, it stays as it is. Anything else?',
  cannotChange: "I'm sorry, that cannot be changed any more.",
  notKnownIfChanged: "I'm sorry, the calendar did not answer. The team will confirm the change.",
  confused: "I'm sorry, something went wrong on my side. Could you say that again?",
  /** What is said last of a change that will not be made. */
  get endsChange(): readonly string[] {
    return [
      this.codesLocked,
      this.noAppointment,
      this.kept,
      this.cannotChange,
      this.notKnownIfChanged,
      this.noCalendar,
    ];
  },
} as const;

/** @param code only this one, or any */
export function isRefusal(output: string, code?: string): boolean {
  const failed = failure.safeParse(parseJson(output));
  return failed.success && (code === undefined || failed.data.error === code);
}

/**
 * The moves after a tool's answer; undefined when there is nothing to say about it and the conversation goes on.
 * @param question the caller's words that led to the call
 */
export function afterTool(name: string, output: string, question: string): Move[] | undefined {
  const failed = failure.safeParse(parseJson(output));
  if (failed.success) return afterFailure(name, failed.data);
  switch (name) {
    case 'search_knowledge': {
      const found = knowledge.safeParse(parseJson(output));
      const answer = found.success ? bestPassage(found.data.passages, question) : undefined;
      return [{ say: answer === undefined ? SENTENCES.notKnown : `${answer} Anything else?` }];
    }
    case 'find_slots': {
      const offer = readOffer(output);
      return [{ say: offer && offer.slots.length > 0 ? spokenOffer(offer) : SENTENCES.nothingFree }];
    }
    case 'book_slot': {
      const booked = booking.safeParse(parseJson(output));
      if (!booked.success) return [{ say: SENTENCES.confused }];
      const { time, with: person, confirmation_code: code } = booked.data;
      const whom = person === '' ? '' : ` with ${person}`;
      return [{ say: `You're booked for ${time}${whom}. Your confirmation code is ${code}. Anything else?` }];
    }
    case 'take_message': {
      const taken = message.safeParse(parseJson(output));
      if (!taken.success) return [{ say: SENTENCES.confused }];
      const { number } = taken.data.message;
      return [{ say: number === null ? SENTENCES.messageWithoutNumber : SENTENCES.messageTaken }];
    }
    case 'look_up_appointments': {
      const known = lookedUp.safeParse(parseJson(output));
      return known.success && known.data.appointments.length === 0 ? [{ say: SENTENCES.noAppointment }] : undefined;
    }
    case 'move_appointment':
    case 'cancel_appointment': {
      const done = changed.safeParse(parseJson(output));
      if (!done.success) return [{ say: SENTENCES.confused }];
      const { time, with: person, late_note: note } = done.data;
      const whom = person === '' ? '' : ` with ${person}`;
      const what = name === 'move_appointment' ? `is moved to ${time}${whom}` : `on ${time} is cancelled`;
      return [{ say: ['Your appointment', `${what}.`, note, 'Anything else?'].filter(Boolean).join(' ') }];
    }
    default:
      return undefined;
  }
}

function afterFailure(name: string, { error: code, message }: z.infer<typeof failure>): Move[] | undefined {
  switch (name) {
    case 'look_up_appointments':
    case 'move_appointment':
    case 'cancel_appointment':
      return afterRefusedChange(name, code, message);
    case 'find_slots':
      if (code === 'not_found') return [{ say: SENTENCES.notOffered }];
      return [{ say: code === 'invalid' ? SENTENCES.confused : SENTENCES.noCalendar }];
    case 'book_slot':
      if (code === 'conflict') {
        return [{ say: SENTENCES.justTaken }, { call: 'find_slots', arguments: ANY_TIME }];
      }
      if (code === 'deadline') return [{ say: SENTENCES.notKnownIfBooked }];
      return [{ say: code === 'invalid' || code === 'not_found' ? SENTENCES.confused : SENTENCES.noCalendar }];
    case 'search_knowledge':
      return [{ say: SENTENCES.noKnowledge }];
    case 'take_message':
      return [{ say: SENTENCES.noMessage }];
    default:
      return undefined;
  }
}

function afterRefusedChange(name: string, code: string, message: string): Move[] {
  if (code === 'denied') {
    if (/too many/i.test(message)) return [{ say: SENTENCES.codesLocked }];
    if (/code/i.test(message)) return [{ say: /needed/i.test(message) ? SENTENCES.askCode : SENTENCES.wrongCode }];
    return [{ say: `${SENTENCES.cannotChange} ${message}` }];
  }
  if (code === 'conflict' && name === 'move_appointment') {
    return [{ say: SENTENCES.justTaken }, { call: 'find_slots', arguments: ANY_TIME }];
  }
  if (code === 'deadline') return [{ say: SENTENCES.notKnownIfChanged }];
  if (code === 'unavailable' || code === 'internal') return [{ say: SENTENCES.noCalendar }];
  return [{ say: SENTENCES.cannotChange }];
}

const ANY_TIME = { day: 'any', week: 'any', part_of_day: 'any' };

/** The sentence of the passages that shares most words with the question, and the one after it. */
function bestPassage(passages: readonly { title: string; text: string }[], question: string): string | undefined {
  let best: { score: number; text: string } | undefined;
  for (const passage of passages) {
    const sentences =
      passage.text
        .match(/[^.!?\n]+(?:[.!?]+|\n|$)/g)
        ?.map((sentence) => sentence.trim())
        .filter(Boolean) ?? [];
    sentences.forEach((sentence, index) => {
      const score = overlap(question, sentence) * 2 + overlap(question, passage.title);
      if (best && best.score >= score) return;
      best = { score, text: [sentence, sentences[index + 1] ?? ''].join(' ').trim() };
    });
  }
  if (!best) return undefined;
  const words = best.text
    .replace(/^[#*\-\s]+/, '')
    .split(/\s+/)
    .slice(0, MAX_ANSWER_WORDS)
    .join(' ');
  return /[.!?]$/.test(words) ? words : `${words}.`;
}
