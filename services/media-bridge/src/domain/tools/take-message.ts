/**
 * Notes a message for the team. It needs no service: the message is part of the call's record, and is told from there.
 * A number is kept as the one to call only when it is the caller's (`callback-number.ts`); what was not heard from them is
 * asked for once more, and after that kept in words, where nobody takes it for more than it is.
 */
import { messageReason, type TeamNote, taskUrgency } from '@frontdesk/contracts/events/message';
import { TAKE_MESSAGE } from '@frontdesk/contracts/events/recorded-message';
import { parseJson } from '@frontdesk/contracts/parse-json';
import { line, text as textOf } from '@frontdesk/contracts/text';
import { readSpokenNumber } from '@frontdesk/telephony';
import { z } from 'zod';
import { callbackNumber } from '../callback-number.ts';
import type { SpokenTurn, ToolUse } from '../transcript.ts';
import { defineTool, refused, type ToolScene } from './tool.ts';

/** Room for a number that is kept in words. */
const MAX_TEXT_CHARS = 2_000;
const SAY_AGAIN = 'Repeat the number back digit by digit,';

export const takeMessageTool = defineTool({
  name: TAKE_MESSAGE,
  description:
    'Takes a message for the team, who will follow it up. Use it whenever you cannot settle something yourself and the caller agrees: they ask for a person or a call back, the calendar cannot be reached, you do not know the answer. First learn what it is about and, when you do not know it, their name. It always works, and the message is taken only when the answer says so. Once per matter.',
  arguments: z.object({
    text: textOf(MAX_TEXT_CHARS)
      .min(1)
      .describe(
        'What the team should know, in one to three sentences in the language of the conversation: what the caller wants, with the days, times and addresses they named, and when they can be reached.',
      ),
    name: line(120).min(1).optional().describe("The caller's name, as they gave it."),
    urgency: taskUrgency
      .default('normal')
      .describe('`urgent` only when waiting until tomorrow would do harm or the caller says that it is urgent.'),
    call_back_on: z
      .string()
      .trim()
      .min(1)
      .max(40)
      .optional()
      .describe(
        'Only when the caller gave another number than the one they call from, or theirs is withheld: the digits as they said them, after you repeated them back and they agreed. Never guess one.',
      ),
  }),
  sideEffecting: true,
  unavailable: 'The message could not be taken. Say so, and ask the caller to call again later.',
  to: 'takeMessage',
  plan({ text, name, urgency, call_back_on: said }, scene) {
    const found = callbackNumber(said, { ...scene, callersWords: callersWords(scene.past) });
    if (found.kind === 'impossible')
      return refused('There is no such telephone number. Have the caller say it again, digit by digit.');
    const unheard = found.kind === 'unheard' ? found.number : undefined;
    if (unheard !== undefined && !wasAskedAgain(unheard, scene))
      return refused(`${SAY_AGAIN} have the caller say it once more, then call this again.`);
    const note: TeamNote = {
      name: name ?? null,
      number: found.kind === 'known' ? found.number : scene.phone,
      text: unheard === undefined ? text : `${text} (Number as it was understood: ${unheard})`,
      urgency,
      reason: reasonOf(scene.past),
    };
    return { kind: 'ask', request: { to: 'takeMessage', body: note } };
  },
  conclude: ({ message, recorded }, scene) => ({
    taken: true,
    message,
    tell_the_caller: [
      recorded
        ? 'The message is taken and the team will get it.'
        : 'The message is noted. It reaches the team as soon as our systems work again; do not promise when.',
      message.number === null
        ? 'No number to call back on is certain: do not promise a call.'
        : 'They will be called back.',
    ].join(' '),
    now: scene.now,
  }),
});

function callersWords(past: ToolScene['past']): string[] {
  return past.flatMap((entry) => (entry.kind === 'turn' && entry.role === 'caller' ? [entry.text] : []));
}

const earlier = z.looseObject({ call_back_on: z.string() });
const refusal = z.looseObject({ message: z.string() });

/** Of this number, and not because of anything else. */
function wasAskedAgain(number: string, { past, businessNumber }: ToolScene): boolean {
  return past.some((entry) => {
    if (entry.kind !== 'tool' || entry.name !== TAKE_MESSAGE || entry.outcome !== 'refused') return false;
    const said = earlier.safeParse(parseJson(entry.arguments)).data?.call_back_on;
    const told = refusal.safeParse(parseJson(entry.output)).data?.message;
    return told?.startsWith(SAY_AGAIN) === true && readSpokenNumber(said ?? '', businessNumber) === number;
  });
}

const CALENDAR_TOOLS = ['find_slots', 'book_slot', 'look_up_appointments', 'move_appointment', 'cancel_appointment'];
const REASONS: readonly { reason: z.infer<typeof messageReason>; tools: readonly string[] }[] = [
  { reason: 'calendar_unavailable', tools: CALENDAR_TOOLS },
  { reason: 'lookup_unavailable', tools: ['search_knowledge'] },
];
const AWAY: readonly ToolUse['outcome'][] = ['unavailable', 'deadline', 'failed'];

/** What did not work when it was tried last is why the caller leaves a message. */
function reasonOf(past: readonly (SpokenTurn | ToolUse)[]): TeamNote['reason'] {
  const tried = past.filter((entry) => entry.kind === 'tool');
  const away = REASONS.find(({ tools }) => {
    const last = tried.findLast(({ name }) => tools.includes(name));
    return last !== undefined && AWAY.includes(last.outcome);
  });
  return away?.reason ?? messageReason.enum.asked;
}
