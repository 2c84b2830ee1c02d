/** Which tools the lean model calls, and how long each answer took. First it looks for times, a turn later it books one. */
import { z } from 'zod';
import { BUSINESSES } from './pace.ts';
import { nowUs } from './stamp.ts';

export interface ToolCall {
  callId: string;
  name: string;
  /** JSON. */
  args: string;
  /** To be called when the call is about to be complete on the wire. */
  sending(): void;
}

export interface ToolUser {
  wants(turn: number): boolean;
  next(call: number, turn: number): ToolCall;
  answered(callId: string, output: string): void;
}

const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'] as const;
/** In two turns of these a tool is called. */
const TURNS = 4;
const found = z.object({ slots: z.array(z.object({ slot: z.string() })) });
const refused = z.object({ error: z.string() });
const booked = z.object({ booked: z.literal(true) });

export function createToolUser(
  newId: (prefix: string) => string,
  report: (name: string, startedAtUs: number, outcome: string) => void,
): ToolUser {
  const running = new Map<string, { name: string; startedAtUs: number }>();
  let slots: string[] = [];

  /** Every caller of a business wishes for another part of the week, so that none takes another's time. */
  function wish(call: number): object {
    const own = Math.floor(call / BUSINESSES);
    const isEarly = own % (2 * DAYS.length) < DAYS.length;
    return { day: DAYS[own % DAYS.length], part_of_day: isEarly ? 'morning' : 'afternoon' };
  }

  return {
    wants: (turn) => turn % TURNS === 1 || (turn % TURNS === 2 && slots.length > 0),
    next(call, turn) {
      const callId = newId('call');
      const books = turn % TURNS === 2;
      const name = books ? 'book_slot' : 'find_slots';
      const args = books ? { slot: slots.shift(), name: 'Ines Hollin' } : wish(call);
      return {
        callId,
        name,
        args: JSON.stringify(args),
        sending: () => void running.set(callId, { name, startedAtUs: nowUs() }),
      };
    },
    answered(callId, output) {
      const tool = running.get(callId);
      if (tool === undefined) return;
      running.delete(callId);
      const json: unknown = JSON.parse(output);
      const times = found.safeParse(json);
      const refusal = refused.safeParse(json);
      if (times.success) slots = times.data.slots.map(({ slot }) => slot);
      const ok = booked.safeParse(json).success ? 'booked' : times.success ? 'found' : 'strange';
      report(tool.name, tool.startedAtUs, `${tool.name} ${refusal.success ? refusal.data.error : ok}`);
    },
  };
}
