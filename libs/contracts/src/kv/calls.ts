/**
 * The live call records: what a second bridge would need to take a call over. `<CallSid>` is the head, changed by
 * compare-and-set; `<CallSid>.turn.<n>` is one entry of the conversation, written once. Deleted after the call is
 * finalised; the TTL is only a net.
 */
import { z } from 'zod';
import { slot } from '../booking/slot.ts';
import { defineBucket } from '../bucket.ts';
import { endReason, tokenUsage, toolOutcome, turnData } from '../events/call.ts';
import { businessId, callerNumber, callSid, instant, phoneNumber, podId } from '../ids.ts';

export const callPhase = z.enum(['reserved', 'talking', 'ending', 'ended']);

/**
 * What Twilio should do when the media stream has closed.
 * `stream`: open another one to the same bridge, which kept the conversation; `reservationId` goes into its route token.
 * `human` and `voicemail`: the model stayed unreachable and the business wants its callers there.
 */
export const nextStep = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('hangup') }),
  z.object({ kind: z.literal('stream'), reservationId: z.string().regex(/^[0-9a-f]{32}$/) }),
  z.object({ kind: z.literal('apology') }),
  z.object({ kind: z.literal('human'), number: phoneNumber }),
  z.object({ kind: z.literal('voicemail') }),
]);
export type NextStep = z.infer<typeof nextStep>;

/** A side-effecting tool call that was asked for. It is settled when an entry has its answer, though it may still be here. */
export const toolIntent = z.object({
  toolCallId: z.string(),
  name: z.string(),
  arguments: z.string(),
  idempotencyKey: z.string(),
  askedAt: instant,
  /** What was asked of the service, as JSON: the arguments name things that only the asking bridge knows. */
  request: z.string().optional(),
});

/** Free times and appointments, by the handles the model knows them under: elsewhere, too, once another bridge has the call. */
const known = {
  offers: z
    .array(z.object({ handle: z.string(), slot, named: z.boolean().optional() }))
    .max(200)
    .optional(),
  appointments: z
    .array(z.object({ handle: z.string(), appointmentId: z.uuid() }))
    .max(100)
    .optional(),
};

export const callHead = z.object({
  version: z.literal(1),
  businessId,
  callSid,
  direction: z.enum(['inbound', 'outbound']),
  from: callerNumber,
  to: phoneNumber,
  owner: z.object({ podId, address: z.string() }),
  /** Fencing token: a new owner claims the call with epoch + 1, and whoever holds an older one is silent. */
  epoch: z.int().min(1),
  phase: callPhase,
  next: nextStep.optional(),
  /** Why the conversation ended, once it did: for whoever has to tell of it in the owner's place. */
  endReason: endReason.optional(),
  pendingTools: z.array(toolIntent).max(32),
  /** Its owner left it while the caller waited for an answer, who heard nothing of that. Gone with the next owner. */
  leftUnnoticed: z.literal(true).optional(),
  reservedAt: instant,
  /** When the caller was on the line; absent before. */
  startedAt: instant.optional(),
  callerId: z.uuid().optional(),
  /** What the model's instructions told it of. */
  ...known,
});
export type CallHead = z.infer<typeof callHead>;

/** What the whole call had used when the entry was written: it is there for whoever goes on counting. */
const usedSoFar = { usage: tokenUsage.optional() };

export const callEntry = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('turn'), ...turnData.shape, ...usedSoFar }),
  z.object({
    kind: z.literal('tool'),
    seq: z.int().min(0),
    toolCallId: z.string(),
    name: z.string(),
    arguments: z.string(),
    outcome: toolOutcome,
    output: z.string(),
    /** What this told the model of for the first time. */
    ...known,
    at: instant,
    ...usedSoFar,
  }),
]);
export type CallEntry = z.infer<typeof callEntry>;

/** Entries first: they are most of what is written, and a head is told from them by its lack of a kind alone. */
export const callRecord = z.union([callEntry, callHead]);
export const calls = defineBucket({ bucket: 'calls', value: callRecord, ttlMs: 3 * 3_600_000 });

export function callKey(sid: string): string {
  return callSid.parse(sid);
}

export function callEntryKey(sid: string, seq: number): string {
  return `${callSid.parse(sid)}.turn.${seq}`;
}
