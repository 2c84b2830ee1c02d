/** What the simulated telephone network reports of a call, as far as the demo judges it. */
import { z } from 'zod';

const utterance = z.object({ text: z.string(), startMs: z.number(), endMs: z.number() });

export const callReport = z.object({
  callSid: z.string(),
  status: z.string(),
  durationMs: z.number(),
  said: z.array(utterance),
  heard: z.array(utterance),
  damagedWords: z.number(),
  timings: z.object({
    webhookToTwimlMs: z.number().optional(),
    startToFirstAudioMs: z.number().optional(),
    replyMs: z.array(z.number()),
    interruptionToSilenceMs: z.array(z.number()),
  }),
  twiml: z.array(z.object({ url: z.string(), status: z.number().optional(), body: z.string() })),
  streams: z.array(z.object({ url: z.string(), endedBy: z.string().optional(), closeCode: z.number().optional() })),
  callbacks: z.array(z.object({ event: z.string(), httpStatus: z.number().optional() })),
  marksReturned: z.number(),
  clears: z.number(),
  script: z.object({ done: z.boolean(), failure: z.string().optional() }),
  errors: z.array(z.string()),
});
export type CallReport = z.infer<typeof callReport>;
