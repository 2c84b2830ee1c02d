/**
 * Ids and sequence numbers of a call's events. They follow from what is in the call's record alone, so that whoever has
 * to publish an event again (a bridge that took the call over, whoever finalises a dead call) gives it the id its first
 * publisher used, and the stream drops the repetition.
 */

/** Room between two entries for the events that are not entries. */
const STEP = 100;
/** An event's id has an end; a model's ids are a fraction of this. */
const MAX_TOOL_CALL_ID = 120;

export interface EventPlace {
  id: string;
  sequence: number;
}

export function startedPlace(callSid: string): EventPlace {
  return { id: `${callSid}:started`, sequence: 1 };
}

/** @param seq the entry's number in the conversation: turns and tool calls share one count */
export function entryPlace(callSid: string, seq: number): EventPlace {
  return { id: `${callSid}:entry:${seq}`, sequence: (seq + 1) * STEP };
}

/**
 * Of the message a tool call took. Named by the tool call: whichever entry it became, it is one message.
 *
 * @param seq the entry's number
 */
export function messagePlace(callSid: string, toolCallId: string, seq: number): EventPlace {
  return { id: `${callSid}:message:${toolCallId.slice(0, MAX_TOOL_CALL_ID)}`, sequence: (seq + 1) * STEP + 1 };
}

/**
 * @param entries how many entries there were by then
 * @param position of this event among those this owner published that are no entries
 */
export function degradedPlace(callSid: string, epoch: number, entries: number, position: number): EventPlace {
  const sequence = entries * STEP + 2 + Math.min(position, STEP - 4);
  return { id: `${callSid}:degraded:${epoch}:${position}`, sequence };
}

/** @param entries how many there are in all */
export function endedPlace(callSid: string, entries: number): EventPlace {
  return { id: `${callSid}:ended`, sequence: (entries + 1) * STEP };
}
