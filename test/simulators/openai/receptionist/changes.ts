/**
 * Moving and cancelling: what the caller wants changed, how far that has come, and the next step. All of it is read from
 * the conversation, so nothing is remembered beside it.
 */
import { z } from 'zod';
import { parseJson } from '../json.ts';
import { callerTurns, type Entry, type Move, type Situation } from './conversation.ts';
import { openOffer, pickedSince, pickSlot, spokenOffer } from './slots.ts';
import { isRefusal, SENTENCES } from './tool-answers.ts';
import * as wishes from './wishes.ts';

const found = z.object({
  appointments: z.array(
    z.object({
      appointment: z.string(),
      time: z.string(),
      with: z.string().default(''),
      service: z.string().optional(),
      needs_code: z.boolean().default(true),
    }),
  ),
});
type Found = z.infer<typeof found>['appointments'][number];

interface Change {
  kind: 'move' | 'cancel';
  /** The entry with which the caller asked for it. */
  at: number;
}

/** The next step of a change that is under way; undefined when there is none, or the caller speaks of something else. */
export function byChange(situation: Situation, text: string): Move[] | undefined {
  const { conversation, tools } = situation;
  const change = openChange(conversation);
  if (!change || !tools.includes('look_up_appointments')) return undefined;
  const lookUp = lastAnswer(conversation, 'look_up_appointments', change.at);
  if (!lookUp) return [lookUpWith(codeSaid(conversation))];
  const known = found.safeParse(parseJson(lookUp.output));
  if (!known.success) {
    const code = codeSaid(conversation, lookUp.at);
    if (code !== undefined) return [lookUpWith(code)];
    return wishes.asksQuestion(text) ? undefined : [{ say: SENTENCES.askCode }];
  }
  const meant = theOneMeant(known.data.appointments, conversation, change.at);
  if (!meant) return undefined;
  return change.kind === 'move'
    ? byMove(situation, text, meant, { asked: change.at, found: lookUp.at })
    : byCancel(conversation, text, meant, lookUp.at);
}

function byMove(
  { conversation, tools }: Situation,
  text: string,
  meant: Found,
  since: { asked: number; found: number },
): Move[] | undefined {
  if (!tools.includes('move_appointment') || !tools.includes('find_slots')) return undefined;
  const latest = openOffer(conversation);
  const offer = latest && latest.at > since.found ? latest : undefined;
  // When it was asked for is not forgotten over the code.
  const when = callerTurns(conversation, offer ? offer.at : since.asked).map(wishes.timeWish);
  const search: Move = {
    call: 'find_slots',
    arguments: {
      moving: meant.appointment,
      ...(meant.service === undefined ? {} : { service: meant.service }),
      ...(when.findLast((wish) => wish !== undefined) ?? { day: 'any', week: 'any', part_of_day: 'any' }),
    },
  };
  if (!offer) return [search];
  if (pickSlot(text, offer.slots) === 'unclear') return [{ say: spokenOffer(offer) }];
  const picked = pickedSince(offer, conversation);
  if (!picked) return wishes.timeWish(text) || wishes.wantsOtherTime(text) ? [search] : undefined;
  return withCode(conversation, meant, since.found, { call: 'move_appointment', arguments: { slot: picked.slot } });
}

function byCancel(conversation: readonly Entry[], text: string, meant: Found, since: number): Move[] | undefined {
  const asked = conversation.findLastIndex(
    (entry, at) => at > since && entry.kind === 'said' && entry.text.startsWith(SENTENCES.shallICancel),
  );
  if (asked < 0) return [{ say: `${SENTENCES.shallICancel} your appointment on ${meant.time}?` }];
  const answers = callerTurns(conversation, asked);
  if (wishes.saysNo(answers[0] ?? '')) return [{ say: SENTENCES.kept }];
  if (!answers.some(wishes.saysYes)) return wishes.asksQuestion(text) ? undefined : [{ say: SENTENCES.confused }];
  return withCode(conversation, meant, since, { call: 'cancel_appointment', arguments: {} });
}

/** The change itself, once there is the code it takes, and not twice with the same wrong one. */
function withCode(
  conversation: readonly Entry[],
  meant: Found,
  since: number,
  change: { call: string; arguments: Record<string, unknown> },
): Move[] {
  const refused = lastAnswer(conversation, change.call, since);
  const code = codeSaid(conversation, refused && isRefusal(refused.output, 'denied') ? refused.at : 0);
  if (code === undefined && (meant.needs_code || refused)) return [{ say: SENTENCES.askCode }];
  const { appointment } = meant;
  return [{ ...change, arguments: { appointment, ...change.arguments, ...(code === undefined ? {} : { code }) } }];
}

function lookUpWith(code: string | undefined): Move {
  return { call: 'look_up_appointments', arguments: code === undefined ? {} : { code } };
}

/** What the caller wants changed and is not yet done, given up, or known to be impossible. */
function openChange(conversation: readonly Entry[]): Change | undefined {
  for (let at = conversation.length - 1; at >= 0; at -= 1) {
    const entry = conversation[at];
    if (entry?.kind === 'answered') {
      const name = nameOf(conversation, entry.callId);
      const isChange = name === 'move_appointment' || name === 'cancel_appointment';
      if (isChange && !isRefusal(entry.output)) return undefined;
    }
    if (entry?.kind !== 'said') continue;
    if (entry.by === 'receptionist' && SENTENCES.endsChange.some((sentence) => entry.text.startsWith(sentence))) {
      return undefined;
    }
    if (entry.by === 'caller' && wishes.wantsCancel(entry.text)) return { kind: 'cancel', at };
    if (entry.by === 'caller' && wishes.wantsMove(entry.text)) return { kind: 'move', at };
  }
  return undefined;
}

/** Of several, the one whose time or person the caller named; else the next. */
function theOneMeant(known: readonly Found[], conversation: readonly Entry[], since: number): Found | undefined {
  const [wish = ''] = callerTurns(conversation, since);
  const slots = known.map(({ appointment, time, with: person }) => ({ slot: appointment, time, with: person }));
  const named = known.length > 1 ? pickSlot(wish, slots) : undefined;
  return known.find(({ appointment }) => typeof named === 'object' && appointment === named.slot) ?? known[0];
}

function lastAnswer(conversation: readonly Entry[], name: string, since: number) {
  const at = conversation.findLastIndex(
    (entry, index) => index > since && entry.kind === 'answered' && nameOf(conversation, entry.callId) === name,
  );
  const entry = conversation[at];
  return entry?.kind === 'answered' ? { at, output: entry.output } : undefined;
}

function nameOf(conversation: readonly Entry[], callId: string): string | undefined {
  const call = conversation.find((entry) => entry.kind === 'called' && entry.callId === callId);
  return call?.kind === 'called' ? call.name : undefined;
}

/** The last code the caller said, since an entry. */
function codeSaid(conversation: readonly Entry[], since = 0): string | undefined {
  return callerTurns(conversation, since)
    .map(wishes.spokenCode)
    .findLast((code) => code !== undefined);
}
