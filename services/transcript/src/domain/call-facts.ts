/**
 * What each event says about a call as a whole. Facts are merged, never replaced: whichever event arrives first
 * creates the call, later ones fill in what is still unknown.
 */
import type {
  callCompleted,
  callEnded,
  callRejected,
  callStarted,
  callToolCalled,
  callTurn,
  EndReason,
} from '@frontdesk/contracts/events/call';
import type { z } from 'zod';

export interface CallFacts {
  startedAt: string;
  /** `startedAt` is what the bridge reported; otherwise it only places the call in the log until that arrives. */
  startedKnown: boolean;
  /** The receptionist was connected to the caller. */
  answered: boolean;
  leg?: { direction: 'inbound' | 'outbound'; from: string | null; to: string };
  callerId?: string;
  ended?: { endedAt: string; reason: EndReason; entries: number; language?: string; usage: Record<string, number> };
  completed?: { at: string; status: string; durationSeconds: number };
  rejectedReason?: string;
}

type DataOf<Contract extends { data: z.ZodType }> = z.output<Contract['data']>;

export function factsOfStarted(data: DataOf<typeof callStarted>): CallFacts {
  return { startedAt: data.startedAt, startedKnown: true, answered: true, leg: data, callerId: data.callerId };
}

/** A turn or tool call: somebody is talking, which is all it says about the call. */
export function factsOfEntry(data: DataOf<typeof callTurn> | DataOf<typeof callToolCalled>): CallFacts {
  return { startedAt: data.startedAt, startedKnown: false, answered: true };
}

/** Whether these are the facts of a turn or a tool call: every other event names the parties. */
export function saysThatItTalks({ leg, answered }: CallFacts): boolean {
  return answered && leg === undefined;
}

export function factsOfEnded(data: DataOf<typeof callEnded>): CallFacts {
  const { endedAt, reason, entries, language, usage } = data;
  return {
    startedAt: data.startedAt,
    startedKnown: true,
    answered: reason !== 'never_connected',
    leg: data,
    callerId: data.callerId,
    ended: { endedAt, reason, entries, language, usage },
  };
}

export function factsOfCompleted(data: DataOf<typeof callCompleted>): CallFacts {
  const { at, status, durationSeconds } = data;
  const startedAt = Temporal.Instant.from(at).subtract({ seconds: durationSeconds }).toString();
  return { startedAt, startedKnown: false, answered: false, leg: data, completed: { at, status, durationSeconds } };
}

/** Only inbound calls are turned away at the door. */
export function factsOfRejected(data: DataOf<typeof callRejected>): CallFacts {
  return {
    startedAt: data.at,
    startedKnown: false,
    answered: false,
    leg: { direction: 'inbound', from: data.from, to: data.to },
    rejectedReason: data.reason,
  };
}
