/** Who calls and what they say: data, but for the names, which are made up anew each time so that nothing can know them. */
import { randomInt } from 'node:crypto';
import type { SeededBusiness } from '../apply-seed.ts';

export interface CallerStory {
  name: string;
  phone: string;
  /** For the simulated telephone network (test/simulators/twilio/script.ts). */
  steps: readonly object[];
  /** What must be heard in answer to the question: it is only in the business's knowledge. */
  answer: string;
  /** What is booked. */
  service: string;
  interrupts: boolean;
}

const FIRST_NAMES =
  'Amara Bruno Celeste Dmitri Elodie Farid Greta Hiro Ines Jonah Kaia Lorenzo Maren Nadia Oskar'.split(' ');
const LAST_NAMES = 'Alderwick Bellweather Corvane Dunmoor Eastergate Fenwillow Garrowby Hollin Ivesdale Jarrowin'.split(
  ' ',
);
const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'];

interface Topic {
  question: string;
  answer: string;
  service: string;
}

/** By business: a question its knowledge answers, and something to book. */
const topics: Readonly<Record<string, Topic>> = {
  'prairie-comfort': {
    question: 'How much does a furnace tune up cost?',
    answer: 'A furnace tune up costs 129 dollars',
    service: 'furnace tune up',
  },
  'harbor-lending': {
    question: 'Where do visitors find parking?',
    answer: 'Visitors park free in the garage on Water Street',
    service: 'loan consultation',
  },
};

/** One caller who asks, interrupts the answer, books, and says goodbye. */
export function oneCaller(business: SeededBusiness): CallerStory {
  const { question, answer, service } = topicOf(business);
  const name = newName(0);
  return {
    name,
    phone: newPhone(0),
    answer,
    service,
    interrupts: true,
    steps: [
      { say: `Hello, my name is ${name}. ${question}`, after: 'silence' },
      // Once the answer is out, the rest of the sentence need not be heard.
      { interrupt: `Thanks, can I book a ${service} for Thursday morning?`, afterWords: answer.split(' ').length + 1 },
      { say: 'The second one please.', after: { words: ['which one works'] }, timeoutMs: 15_000 },
      { say: 'No, thank you. Goodbye.', after: { words: ['confirmation code'] }, timeoutMs: 15_000 },
      { waitForHangUp: true, timeoutMs: 20_000 },
    ],
  };
}

/**
 * One of many callers at once. Each of a business's callers wants another day, so that all can have what they want.
 * @param index among all callers; `nth` among those of this business
 */
export function callerAmongMany(business: SeededBusiness, nth: number, index: number): CallerStory {
  const { question, answer, service } = topicOf(business);
  const name = newName(index);
  const day = DAYS[nth % DAYS.length];
  return {
    name,
    phone: newPhone(index),
    answer,
    service,
    interrupts: false,
    steps: [
      { say: `Hello, my name is ${name}. ${question}`, after: 'silence' },
      { say: `Please book a ${service} next week on ${day}.`, after: 'silence' },
      { say: 'The first one please.', after: { words: ['which one works'] }, timeoutMs: 15_000 },
      { say: 'No, thank you. Goodbye.', after: { words: ['confirmation code'] }, timeoutMs: 15_000 },
      { waitForHangUp: true, timeoutMs: 30_000 },
    ],
  };
}

function topicOf(business: SeededBusiness): Topic {
  const topic = topics[business.id];
  if (!topic) throw new Error(`the demo has no story about ${business.name}`);
  return topic;
}

/** A different first name for each index, whatever the dice say. */
const shuffledFirstNames = FIRST_NAMES.map((name) => ({ name, at: randomInt(1 << 30) }))
  .sort((one, other) => one.at - other.at)
  .map(({ name }) => name);

function newName(index: number): string {
  return `${shuffledFirstNames[index]} ${LAST_NAMES[randomInt(LAST_NAMES.length)]}`;
}

/** From the numbers that are nobody's (555-01xx), a different one for each index below ten. */
function newPhone(index: number): string {
  return `+1773555${String(150 + index * 5 + randomInt(5)).padStart(4, '0')}`;
}
