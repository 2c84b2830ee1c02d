/**
 * Turns written out for an exact test. The first session a script fits takes it; each of its responses then uses one
 * turn, and when they are used up the rule-based receptionist goes on.
 */
import { z } from 'zod';
import type { FaultTarget } from './faults.ts';
import type { Move } from './receptionist/conversation.ts';

export const script = z.strictObject({
  session: z.string().optional(),
  instructionsInclude: z.string().optional(),
  /** Responses that came with instructions of their own (a greeting, a goodbye) use no turn. */
  skipInstructed: z.boolean().default(false),
  turns: z
    .array(
      z
        .strictObject({
          say: z.string().optional(),
          calls: z
            .array(z.strictObject({ name: z.string(), arguments: z.record(z.string(), z.unknown()).default({}) }))
            .default([]),
          /** In place of the simulator's own. */
          firstAudioLatencyMs: z.int().min(0).max(120_000).optional(),
        })
        .refine((turn) => turn.say !== undefined || turn.calls.length > 0, 'a turn says something or calls a tool'),
    )
    .min(1),
});
export type Script = z.infer<typeof script>;

export interface ScriptedTurn {
  moves: Move[];
  firstAudioLatencyMs?: number;
}

export interface Scripts {
  add(script: Script): void;
  next(session: FaultTarget, instructed: boolean): ScriptedTurn | undefined;
  clear(): void;
}

export function createScripts(): Scripts {
  let scripts: (Script & { takenBy?: string })[] = [];
  return {
    add(added) {
      scripts.push({ ...added, turns: [...added.turns] });
    },
    next(session, instructed) {
      const own = scripts.find(
        (each) =>
          (each.takenBy ?? each.session ?? session.id) === session.id &&
          (each.instructionsInclude === undefined || session.instructions.includes(each.instructionsInclude)),
      );
      if (!own || (own.skipInstructed && instructed)) return undefined;
      own.takenBy = session.id;
      const turn = own.turns.shift();
      if (own.turns.length === 0) scripts = scripts.filter((each) => each !== own);
      if (!turn) return undefined;
      const calls = turn.calls.map((call): Move => ({ call: call.name, arguments: call.arguments }));
      return {
        moves: [...(turn.say === undefined ? [] : [{ say: turn.say }]), ...calls],
        firstAudioLatencyMs: turn.firstAudioLatencyMs,
      };
    },
    clear() {
      scripts = [];
    },
  };
}
