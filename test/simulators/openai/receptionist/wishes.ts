/** What a caller's words ask for: rules, not understanding. The words each rule listens for stand in its pattern. */

const NAME = /\b(?:my name is|my name's|name is|this is|i am|i'm|call me)\s+(?=((?:\S+\s+){0,2}\S+))/gi;
const BEFORE_NAME = /^(?:\W*\b(?:yes|sure|okay|ok|of course|it's|it is|that's|well|um|uh)\b[\s,.]*)+/i;
const CAPITALISED = /^\p{Lu}[\p{L}'’-]*$/u;
/** Capitalised where a name could stand, but never one. */
const NOT_A_NAME = new Set(
  'i yes no monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november december'.split(
    ' ',
  ),
);

/** The name a caller gives with it ("my name is Ada Park"); only capitalised words count as a name. */
export function statedName(text: string): string | undefined {
  for (const match of text.matchAll(NAME)) {
    const name = leadingName(match[1] ?? '');
    if (name !== undefined) return name;
  }
  return undefined;
}

/** The name in the answer to "May I have your name?": its capitalised words. */
export function answeredName(text: string): string | undefined {
  if (asksQuestion(text)) return statedName(text);
  return statedName(text) ?? leadingName(text.replace(BEFORE_NAME, '').replace(/^[^\p{Lu}]+/u, ''));
}

function leadingName(text: string): string | undefined {
  const words: string[] = [];
  for (const raw of text.split(/\s+/)) {
    const word = raw.replace(/[.,!?;:]+$/, '');
    if (!CAPITALISED.test(word) || NOT_A_NAME.has(word.toLowerCase())) break;
    words.push(word);
    if (word !== raw) break;
  }
  return words.length > 0 ? words.join(' ') : undefined;
}

const GOODBYE =
  /\b(good ?bye|bye|that's all|that is all|that's it|nothing else|no,? thank(s| you)|have a (nice|good|great) (day|one))\b/i;
const THANKS = /\b(thanks|thank you|cheers)\b/i;
const NO = /^\W*(no|nope|not really)\b/i;
const YES = /\b(yes|yeah|yep|sure|please do|sounds good|perfect|great|works|okay|ok|fine)\b/i;
const WAIT = /^\W*(wait|hold on|one moment|just a (moment|second)|stop|hang on)\b(\W+\w+){0,3}\W*$/i;
const AVAILABILITY =
  /\b(availab\w*|(anything|something|times?|slots?|openings?) (free|open)|free (times?|slots?|appointments?)|when can (you|someone|somebody) come)\b/i;
const BOOKING =
  /\b(book|booking|appointment|schedule|reserve|come (out|by|over|in)|stop by|showing|viewing|tour|consultation|(send|have) (someone|somebody)|meet (with )?(someone|somebody))\b/i;
const ASKING =
  /\b(how much|how long|how often|costs?|prices?|charge|fee|rates?|hours|when are you open|are you open|do you open|do you close|where|address|located|parking|insurance|warranty|guarantee|accept|documents?)\b/i;
const QUESTION_START =
  /^\W*(what|when|where|who|whose|which|why|how|do|does|did|is|are|can|could|will|would|should|have|has)\b/i;
const OTHER_TIME = /\b(another|other|different|instead|neither|none of|later|earlier|anything else|something else)\b/i;
const CALL_BACK = /\b(call (me|us) back|leave a message|take a message)\b/i;
const THING = '(appointments?|visits?|bookings?|consultations?|showings?|viewings?|meetings?|tours?)';
const MOVE = new RegExp(`\\b(reschedul\\w*|(move|change|postpone|shift|push)\\b[^.?!]*\\b${THING})\\b`, 'i');
const CANCEL = new RegExp(`\\b(cancel|call off)\\b[^.?!]*\\b(${THING}|it|that)\\b`, 'i');
const SPELLED = /\b[A-Za-z0-9](?:[\s,.-]+[A-Za-z0-9]\b){3,7}/;
const WRITTEN = /\b(?=[A-Z]*\d|[A-Z]{5,}\b)[A-Z0-9]{4,8}\b/;

export const wantsMove = (text: string): boolean => MOVE.test(text);
export const wantsCancel = (text: string): boolean => CANCEL.test(text) && !/\b(fee|policy|cost|charge)/i.test(text);

/** A confirmation code, spelled ("K 7 Q 2 X") or in one word of capitals and digits. */
export function spokenCode(text: string): string | undefined {
  const [spelled] = SPELLED.exec(text) ?? [];
  return spelled?.replace(/[^A-Za-z0-9]/g, '').toUpperCase() ?? WRITTEN.exec(text)?.[0];
}

export const wantsGoodbye = (text: string): boolean => GOODBYE.test(text) && !text.includes('?');
export const thanks = (text: string): boolean => THANKS.test(text);
export const saysNo = (text: string): boolean => NO.test(text);
export const saysYes = (text: string): boolean => YES.test(text) && !saysNo(text);
export const asksToWait = (text: string): boolean => WAIT.test(text);
export const asksAvailability = (text: string): boolean => AVAILABILITY.test(text);
export const wantsOtherTime = (text: string): boolean => OTHER_TIME.test(text);
export const asksAboutBusiness = (text: string): boolean => ASKING.test(text);
export const wantsCallBack = (text: string): boolean => CALL_BACK.test(text);

export function wantsBooking(text: string): boolean {
  if (asksAvailability(text)) return true;
  return BOOKING.test(text) && !ASKING.test(text);
}

export function asksQuestion(text: string): boolean {
  return text.includes('?') || QUESTION_START.test(text) || ASKING.test(text);
}

const DAYS = ['today', 'tomorrow', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const PARTS = ['morning', 'afternoon', 'evening'];

export interface TimeWish {
  day: string;
  week: string;
  part_of_day: string;
}

/** The day, week and part of the day named, `any` for what is not; undefined when none is named. */
export function timeWish(text: string): TimeWish | undefined {
  const said = new Set(text.toLowerCase().match(/[a-z]+/g) ?? []);
  const day = DAYS.find((name) => said.has(name) || said.has(`${name}s`));
  const part = PARTS.find((name) => said.has(name) || said.has(`${name}s`));
  const week = /\bnext week\b/i.test(text) ? 'next' : /\bthis week\b/i.test(text) ? 'this' : undefined;
  if (day === undefined && part === undefined && week === undefined) return undefined;
  return { day: day ?? 'any', week: week ?? 'any', part_of_day: part ?? 'any' };
}

/** Words that carry meaning, for comparing texts. */
export function keywords(text: string): Set<string> {
  const stop = new Set(
    'the and you your are for with what when where how does that this have can our from not but any'.split(' '),
  );
  const words = text.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu) ?? [];
  return new Set(
    words
      .filter((word) => !stop.has(word))
      .map((word) => (word.length > 4 ? word.replace(/(es|s|ing|ed)$/, '') : word)),
  );
}

/** How many meaningful words two texts share. */
export function overlap(one: string, other: string): number {
  const words = keywords(other);
  return [...keywords(one)].filter((word) => words.has(word)).length;
}
