/** What the processes of the load generator report of a measured window. Durations in milliseconds. */
import { z } from 'zod';
import { summary } from './samples.ts';

const moment = z.object({ call: z.int(), atUs: z.number() });
export type Moment = z.infer<typeof moment>;

export const callerFigures = z.object({
  open: z.int(),
  framesSent: z.int(),
  modelToCaller: summary.optional(),
  /** How late frames were sent. */
  lateness: summary.optional(),
  clears: z.array(moment),
  /** Audio that was played to callers. */
  heardMs: z.number(),
  spokenMs: z.number(),
  /** Streams that ended before we ended them, since the beginning. */
  lost: z.array(z.string()),
});
export type CallerFigures = z.infer<typeof callerFigures>;

export const modelFigures = z.object({
  sessions: z.int(),
  callerToModel: summary.optional(),
  /** How late the process's own timers were. */
  lateness: summary.optional(),
  speechStarts: z.array(moment),
  findSlots: summary.optional(),
  bookSlot: summary.optional(),
  /** By what the tool answered, such as `book_slot booked`. */
  toolOutcomes: z.record(z.string(), z.int()),
  /** What a client did that the real server would refuse. */
  refused: z.array(z.string()),
});
export type ModelFigures = z.infer<typeof modelFigures>;

export const placedCall = z.object({
  call: z.int(),
  webhookMs: z.number().optional(),
  /** From `start` to the first audio. */
  firstAudioMs: z.number(),
  streamAfterMs: z.number(),
});
export type PlacedCall = z.infer<typeof placedCall>;
