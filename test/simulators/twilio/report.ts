/** What a call was like, seen from the telephone and from Twilio. All times are ms since the call was placed. */
import { z } from 'zod';

const ms = z.number();

const utterance = z.object({ text: z.string(), startMs: ms, endMs: ms });
export type Utterance = z.infer<typeof utterance>;

export const callReport = z.object({
  callSid: z.string(),
  direction: z.enum(['inbound', 'outbound-api']),
  status: z.string(),
  from: z.string(),
  to: z.string(),
  /** From answer to end; 0 for a call never answered. */
  durationMs: ms,
  ended: z.boolean(),
  /** Every document fetched: `ms` is how long the answer took, `status` the HTTP status when there was one. */
  twiml: z.array(z.object({ url: z.string(), atMs: ms, ms, status: z.int().optional(), body: z.string() })),
  said: z.array(utterance),
  /** What was really played to the caller, word by word, grouped by pauses. */
  heard: z.array(utterance),
  /** Words that reached the caller damaged; and words cut off by a `clear` or the end of the stream. */
  damagedWords: z.int(),
  cutWords: z.int(),
  timings: z.object({
    webhookToTwimlMs: ms.optional(),
    /** From `start` sent to the first audio received, on the first stream. */
    startToFirstAudioMs: ms.optional(),
    /** From the end of the caller's last word to the first audio played in reply, one per answered line. */
    replyMs: z.array(ms),
    /** From the first interrupting sample to the last played sample of what was interrupted. */
    interruptionToSilenceMs: z.array(ms),
  }),
  /** Frames of the caller's voice sent to the system; media messages received from it. */
  mediaFramesIn: z.int(),
  mediaFramesOut: z.int(),
  marksReturned: z.int(),
  clears: z.int(),
  digitsSent: z.string(),
  streams: z.array(
    z.object({
      streamSid: z.string(),
      url: z.string(),
      startMs: ms.optional(),
      endMs: ms.optional(),
      endedBy: z.enum(['us', 'server', 'abrupt', 'refused']).optional(),
      closeCode: z.int().optional(),
    }),
  ),
  callbacks: z.array(
    z.object({ event: z.string(), sequenceNumber: z.int(), httpStatus: z.int().optional(), attempts: z.int() }),
  ),
  recordings: z.array(z.object({ sid: z.string(), durationMs: ms, text: z.string() })),
  /** Whom the call rang, and what was said to and heard by them; times count from their answer. */
  dials: z.array(
    z.object({ number: z.string(), status: z.string(), said: z.array(utterance), heard: z.array(utterance) }),
  ),
  /** How far the caller's script got, how often they said something again when asked, and why it stopped early. */
  script: z.object({
    done: z.boolean(),
    steps: z.int(),
    repeated: z.int().optional(),
    failure: z.string().optional(),
  }),
  /** Everything Twilio would have refused or warned of, each a code and a text. */
  errors: z.array(z.string()),
  /** How late the simulator itself was at worst with a 20 ms frame. Timings mean little when this is large. */
  maxFrameLateMs: ms,
});
export type CallReport = z.infer<typeof callReport>;
