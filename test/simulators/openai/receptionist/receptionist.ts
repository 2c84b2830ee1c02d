/**
 * The simulated receptionist: a pure function from what has been said to what is said or done next. It understands
 * by rules (`wishes.ts`, `slots.ts`), works with whatever tools the session offers, and is deterministic.
 *
 * The rules, in this order
 * 1. Instructions of the response, which stand in for the session's: text in double quotes is said word for word; a
 *    goodbye asked for is said.
 * 2. A note of the client's that asks to go on: what it quotes is said, and then what the conversation owes, unless the
 *    note quoted that, too.
 * 3. Instructions that something was not told yet: it is said first, before what follows from these rules.
 * 4. A tool has answered: say what it means (`tool-answers.ts`), or go on with what the caller wanted.
 * 5. The caller's words since the receptionist last spoke: a name is saved first; then goodbye, a message left, an
 *    appointment moved or cancelled (`changes.ts`), a time picked, a booking wished, a question asked, thanks; anything
 *    else is asked back.
 */
import { byChange } from './changes.ts';
import { callerTurns, type Entry, lastUtterance, type Move, type Situation } from './conversation.ts';
import { messageFrom } from './messages.ts';
import { openOffer, pickedSince, pickSlot, spokenOffer } from './slots.ts';
import { afterTool, SENTENCES } from './tool-answers.ts';
import * as wishes from './wishes.ts';

export const PHRASES = {
  hello: 'Hello, how can I help you?',
  goodbye: 'Thank you for calling. Goodbye!',
  askName: 'Sure. May I have your name, please?',
  notHeard: "Sorry, I didn't catch that.",
  goAhead: 'Of course. Go ahead.',
  stillThere: 'Are you still there?',
  oneMoment: 'One moment, please.',
  oneMinute: 'Just so you know, about one minute is left for this call.',
  timeIsUp: 'I have to end the call now. You are welcome to call again. Goodbye!',
  whatElse: 'Sure. What can I do for you?',
  askMessage: 'Sure. What shall I tell them?',
  callBack: 'Somebody will call you back. Anything else?',
  anythingElse: "You're welcome. Anything else?",
  clarify: 'I can answer questions or book an appointment. What would you like?',
} as const;

const GO_ON = /go on with the conversation/i;
const NOT_YET_TOLD = /You have not yet told the caller: "([^"]+)"/;
const QUOTED = /["“]([^"”]+)["”]/;
const ALL_QUOTED = /["“]([^"”]+)["”]/g;
const ASKED_NAME = /\byour name\b/i;
const ASKED_CALL_BACK = /\bcall you back\?/i;
const ASKED_MESSAGE = /\bwhat shall i tell them\?/i;
const ANYTHING_ELSE = /\banything else\?$/i;

/** What the receptionist does next: at least one move. */
export function decide(situation: Situation): Move[] {
  const instructed = byInstructions(situation);
  if (instructed !== undefined) return instructed;
  const untold = NOT_YET_TOLD.exec(situation.instructions)?.[1];
  const next = byNote(situation) ?? byTool(situation) ?? byWords(situation);
  return [...(untold === undefined ? [] : [{ say: untold }]), ...next];
}

/** After an interruption: what is owed, else the last words once more. An apology for the last one was neither. */
function goOn(interrupted: Situation, apology: string | undefined): Move[] {
  const isApology = (entry: Entry) =>
    entry.kind === 'said' && entry.by === 'receptionist' && apology?.startsWith(entry.text.trim()) === true;
  const conversation = interrupted.conversation.filter((entry) => !isApology(entry));
  const situation = { ...interrupted, conversation };
  const owed = byTool(situation);
  if (owed !== undefined) return owed;
  const said = conversation.findLast((entry) => entry.kind === 'said' && entry.by === 'receptionist');
  if (lastUtterance(conversation).text === '' && said?.kind === 'said') return [{ say: said.text }];
  return byWords(situation);
}

function byInstructions(situation: Situation): Move[] | undefined {
  const { responseInstructions } = situation;
  if (responseInstructions === undefined) return undefined;
  const quoted = QUOTED.exec(responseInstructions)?.[1]?.trim();
  if (quoted) return [{ say: quoted }];
  if (/time for this call is over|end the call now/i.test(responseInstructions)) return [{ say: PHRASES.timeIsUp }];
  if (/\bgoodbye\b/i.test(responseInstructions)) return [{ say: PHRASES.goodbye }];
  if (/still there/i.test(responseInstructions)) return [{ say: PHRASES.stillThere }];
  if (/one minute is left/i.test(responseInstructions)) return [{ say: PHRASES.oneMinute }];
  if (/one moment/i.test(responseInstructions)) return [{ say: PHRASES.oneMoment }];
  return undefined;
}

/** The client's note that asks to go on, as long as nothing was said since. */
function byNote(situation: Situation): Move[] | undefined {
  const { conversation } = situation;
  const last = conversation.findLast((entry) => entry.kind === 'said' && entry.by !== 'caller');
  if (last?.kind !== 'said' || last.by !== 'system' || !GO_ON.test(last.text)) return undefined;
  const [quoted, then] = [...last.text.matchAll(ALL_QUOTED)].map(([, text = '']) => text.trim());
  if (quoted && then) return [{ say: quoted }, { say: then }];
  const going = { ...situation, conversation: conversation.filter((entry) => entry !== last) };
  return [...(quoted ? [{ say: quoted }] : []), ...goOn(going, quoted)];
}

function byTool(situation: Situation): Move[] | undefined {
  const { conversation } = situation;
  // What the caller said while the tool was working does not make its answer unsaid.
  const last = conversation.findLast((entry) => entry.kind !== 'said' || entry.by === 'receptionist');
  if (last?.kind !== 'answered') return undefined;
  const call = conversation.find((entry) => entry.kind === 'called' && entry.callId === last.callId);
  if (call?.kind !== 'called') return undefined;
  return afterTool(call.name, last.output, lastUtterance(conversation).text);
}

function byWords(situation: Situation): Move[] {
  const { conversation, tools } = situation;
  const { text, from } = lastUtterance(conversation);
  if (text === '') return [{ say: from < conversation.length ? PHRASES.notHeard : silentOpening(situation) }];
  const before = spokenBefore(conversation, from);

  const name = ASKED_NAME.test(before) ? wishes.answeredName(text) : wishes.statedName(text);
  if (name !== undefined && tools.includes('save_caller_name') && isNewName(name, situation)) {
    return [{ call: 'save_caller_name', arguments: { name } }];
  }
  if (wishes.wantsGoodbye(text)) return goodbye(tools);
  if (wishes.asksToWait(text)) return [{ say: PHRASES.goAhead }];

  return (
    byMessage(situation, text, before) ??
    byChange(situation, text) ??
    byOffer(situation, text) ??
    byBooking(situation, text) ??
    byQuestion(situation, text) ??
    byCourtesy(situation, text, before) ?? [
      { say: name === undefined ? PHRASES.clarify : `Thanks, ${name}. How can I help you?` },
    ]
  );
}

/** A message is taken when the caller agreed to leave one; when they have said nothing yet, they are asked what it is. */
function byMessage(situation: Situation, text: string, before: string): Move[] | undefined {
  const { conversation, tools } = situation;
  const wished = wishes.wantsCallBack(text) || (ASKED_CALL_BACK.test(before) && wishes.saysYes(text));
  if (!tools.includes('take_message') || (!wished && !ASKED_MESSAGE.test(before))) return undefined;
  const message = messageFrom(conversation);
  if (message === undefined) return [{ say: PHRASES.askMessage }];
  const name = callerName(situation);
  return [{ call: 'take_message', arguments: { text: message, ...(name === undefined ? {} : { name }) } }];
}

function byOffer(situation: Situation, text: string): Move[] | undefined {
  const { conversation, tools } = situation;
  const offer = openOffer(conversation);
  if (!offer || !tools.includes('book_slot')) return undefined;
  const now = pickSlot(text, offer.slots);
  if (now === 'unclear') return [{ say: spokenOffer(offer) }];
  if (now === undefined && (wishes.wantsOtherTime(text) || wishes.asksAvailability(text))) return undefined;
  const picked = pickedSince(offer, conversation);
  const name = callerName(situation);
  if (now === undefined && wishes.asksQuestion(text) && !(picked && name !== undefined)) return undefined;
  if (picked) {
    return name === undefined
      ? [{ say: PHRASES.askName }]
      : [{ call: 'book_slot', arguments: { slot: picked.slot, name } }];
  }
  if (wishes.saysYes(text) && !wishes.timeWish(text) && !wishes.asksQuestion(text))
    return [{ say: spokenOffer(offer) }];
  return undefined;
}

function byBooking(situation: Situation, text: string): Move[] | undefined {
  const { conversation, tools } = situation;
  if (!tools.includes('find_slots')) return undefined;
  const earlier = conversation.some((entry) => entry.kind === 'called' && entry.name === 'find_slots');
  const open = earlier && openOffer(conversation) !== undefined;
  const when = wishes.timeWish(text);
  const service = bookableService(situation);
  const wished =
    wishes.wantsBooking(text) ||
    (when !== undefined && !wishes.asksAboutBusiness(text) && (earlier || !wishes.asksQuestion(text))) ||
    (open && wishes.wantsOtherTime(text));
  if (!wished) return undefined;
  return [
    {
      call: 'find_slots',
      arguments: {
        ...(service === undefined ? {} : { service }),
        ...(when ?? { day: 'any', week: 'any', part_of_day: 'any' }),
      },
    },
  ];
}

function byQuestion({ tools }: Situation, text: string): Move[] | undefined {
  if (!wishes.asksQuestion(text)) return undefined;
  return tools.includes('search_knowledge')
    ? [{ call: 'search_knowledge', arguments: { query: text.slice(0, 500) } }]
    : [{ say: SENTENCES.notKnown }];
}

function byCourtesy({ tools }: Situation, text: string, before: string): Move[] | undefined {
  if (wishes.wantsCallBack(text) || (ASKED_CALL_BACK.test(before) && wishes.saysYes(text))) {
    return [{ say: PHRASES.callBack }];
  }
  if (ANYTHING_ELSE.test(before) && wishes.saysNo(text)) return goodbye(tools);
  if (wishes.thanks(text)) return goodbye(tools);
  if (ANYTHING_ELSE.test(before) && wishes.saysYes(text)) return [{ say: PHRASES.whatElse }];
  if (ASKED_CALL_BACK.test(before) && wishes.saysNo(text)) return [{ say: PHRASES.anythingElse }];
  return undefined;
}

function goodbye(tools: readonly string[]): Move[] {
  return [{ say: PHRASES.goodbye }, ...(tools.includes('end_call') ? [{ call: 'end_call', arguments: {} }] : [])];
}

/** Nobody has said anything since: the first words of a call, or a question into the silence. */
function silentOpening({ conversation, instructions }: Situation): string {
  if (conversation.length > 0) return PHRASES.stillThere;
  const business = /\bYou speak for ([^.\n]+)\./.exec(instructions)?.[1];
  return business === undefined ? PHRASES.hello : `Hi, this is ${business}, how can I help you?`;
}

/** What the receptionist said last before an entry. */
function spokenBefore(conversation: readonly Entry[], from: number): string {
  const entry = conversation[from - 1];
  return entry?.kind === 'said' ? entry.text : '';
}

/** Not the name the instructions already know, and not one saved before. */
function isNewName(name: string, { conversation, instructions }: Situation): boolean {
  if (knownName(instructions) === name) return false;
  return !conversation.some(
    (entry) =>
      entry.kind === 'called' && entry.name === 'save_caller_name' && entry.arguments.includes(JSON.stringify(name)),
  );
}

/** `This is "Ada Park"; do not ask …` in the instructions, with quotes or without. */
function knownName(instructions: string): string | undefined {
  const [, quoted, plain] = /\bThis is (?:"([^"\n]+)"|([^;.\n]+)); do not ask/.exec(instructions) ?? [];
  return (quoted ?? plain)?.trim();
}

/** As the caller gave it in this call, else as the instructions know it. */
function callerName({ conversation, instructions }: Situation): string | undefined {
  const answers = conversation.flatMap((entry, at) => {
    if (entry.kind !== 'said' || entry.by !== 'caller') return [];
    const before = conversation.slice(0, at).findLast((other) => other.kind === 'said' && other.by === 'receptionist');
    const asked = before?.kind === 'said' && ASKED_NAME.test(before.text);
    return [asked ? wishes.answeredName(entry.text) : wishes.statedName(entry.text)];
  });
  return answers.findLast((answer) => answer !== undefined) ?? knownName(instructions);
}

/** The service on the instructions' list ("- Furnace tune-up (60 minutes)") that the caller's words name best. */
function bookableService({ conversation, instructions }: Situation): string | undefined {
  const names = [...instructions.matchAll(/^- (.+?) \(\d+ minutes\)/gm)].flatMap((match) => match[1] ?? []);
  let best: { name: string; score: number } | undefined;
  for (const text of callerTurns(conversation)) {
    for (const name of names) {
      const score = wishes.overlap(name, text);
      if (score > 0 && (!best || score >= best.score)) best = { name, score };
    }
  }
  return best?.name;
}
