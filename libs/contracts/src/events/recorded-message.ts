/**
 * Messages for the team, read from a call's record: whoever has the record (the bridge that wrote it, the one that took
 * the call over, whoever finalises a dead call) tells the same event of the same message.
 */
import { z } from 'zod';
import type { CallEntry, toolIntent } from '../kv/calls.ts';
import { parseJson } from '../parse-json.ts';
import { type EventPlace, messagePlace } from './call-event-id.ts';
import { type messageTaken, teamNote } from './message.ts';

/** The name of the tool that takes one. */
export const TAKE_MESSAGE = 'take_message';

const told = z.object({ taken: z.literal(true), message: teamNote });
/** As the intent of a tool call keeps what is to be done. */
const asked = z.object({ to: z.literal('takeMessage'), body: teamNote });

export interface RecordedMessage {
  place: EventPlace;
  at: string;
  data: z.input<typeof messageTaken.data>;
}

interface Parties {
  callSid: string;
  from: string | null;
  to: string;
}

/** @returns undefined when this entry took no message */
export function messageOfEntry({ callSid, from, to }: Parties, entry: CallEntry): RecordedMessage | undefined {
  if (entry.kind !== 'tool' || entry.name !== TAKE_MESSAGE || entry.outcome !== 'ok') return undefined;
  const output = told.safeParse(parseJson(entry.output));
  if (!output.success) return undefined;
  const { seq, at, toolCallId } = entry;
  const data = { callSid, from, to, seq, ...output.data.message, at };
  return { place: messagePlace(callSid, toolCallId, seq), at, data };
}

/**
 * The answer to a tool call whose bridge died before it could give one: a message needs nobody else, so that it is taken
 * as soon as its intent is recorded. @returns undefined for any other tool
 */
export function answerToIntent({ name, request }: z.output<typeof toolIntent>) {
  if (name !== TAKE_MESSAGE) return undefined;
  const wanted = asked.safeParse(parseJson(request ?? ''));
  if (!wanted.success) return undefined;
  const output: z.output<typeof told> = { taken: true, message: wanted.data.body };
  return { outcome: 'ok' as const, output: JSON.stringify(output) };
}
