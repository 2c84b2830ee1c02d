/** What is known without a model, and what a model's summary may not contradict. */
import type { CallSummary, EndReason } from '@frontdesk/contracts/events/call';
import type { Conversation } from './conversation.ts';

const BOOKING_TOOL = 'book_slot';
const LONGEST_NAME = 120;

/** The name in `model` of a summary that no model made. */
export const NO_MODEL = 'none';

/** The summary of a call in which the caller said nothing. */
export function emptyCallSummary(endReason: EndReason | null): CallSummary {
  return {
    summary:
      endReason === 'never_connected'
        ? 'The call was never connected.'
        : 'The call ended before the caller said anything.',
    outcome: 'no_outcome',
    intent: 'unknown',
    sentiment: 'neutral',
    topics: [],
    followUps: [],
    callerName: null,
    preferences: [],
  };
}

/** A booking is claimed exactly when one was made: the tool's recorded result decides, not the model. */
export function settleSummary(summary: CallSummary, { toolCalls }: Conversation): CallSummary {
  const booked = toolCalls.some((call) => call.name === BOOKING_TOOL && call.outcome === 'ok');
  const claimed = summary.outcome === 'appointment_booked';
  const outcome = booked ? 'appointment_booked' : claimed ? 'no_outcome' : summary.outcome;
  const callerName = summary.callerName?.trim().slice(0, LONGEST_NAME) || null;
  return { ...summary, outcome, callerName };
}
