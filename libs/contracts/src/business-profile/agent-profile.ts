/** How a business's receptionist sounds and behaves. */
import { z } from 'zod';
import { instant, phoneNumber, timeOfDay, timeZone, weekday } from '../ids.ts';

export const persona = z.enum([
  'general',
  'home_services',
  'mortgage',
  'real_estate_buyer',
  'real_estate_seller',
  'clinic',
]);

export const turnDetection = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('server_vad'),
    threshold: z.number().min(0).max(1).default(0.5),
    prefixPaddingMs: z.int().min(0).max(5000).default(300),
    silenceDurationMs: z.int().min(100).max(5000).default(500),
  }),
  z.object({ type: z.literal('semantic_vad'), eagerness: z.enum(['low', 'medium', 'high', 'auto']).default('auto') }),
]);

export const agentProfile = z.object({
  persona: persona.default('general'),
  /** Spoken first. `{business}` and `{caller}` are filled in; without one: "Hi, this is {business}, how can I help you?" */
  greeting: z.string().max(500).optional(),
  instructions: z.string().max(8000).default(''),
  voice: z.string().max(64).default('marin'),
  speed: z.number().min(0.25).max(1.5).default(1),
  /** BCP 47 tags; the first is spoken unless the caller clearly speaks another first. */
  languages: z
    .array(z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/))
    .min(1)
    .max(10)
    .default(['en']),
  turnDetection: turnDetection.default({
    type: 'server_vad',
    threshold: 0.5,
    prefixPaddingMs: 300,
    silenceDurationMs: 500,
  }),
  /**
   * Who ends a turn. `server`: the model's voice activity detection interrupts and answers by itself, the quickest way.
   * `robust`: the bridge decides; a noise without words shorter than 250 ms gets the interrupted words played again.
   */
  turnTaking: z.enum(['server', 'robust']).default('server'),
  /** How long nobody may say anything before the caller is asked whether they are still there. */
  silenceMs: z.int().min(1_000).max(60_000).default(8_000),
  /** What the model hears and speaks: the telephone's own G.711, untouched, or PCM16 at 24 kHz, converted on the way. */
  audio: z.enum(['g711', 'pcm16']).default('g711'),
  noiseReduction: z.enum(['near_field', 'far_field']).nullable().default(null),
  /**
   * What the caller has to be told before anything else: that a machine speaks, that the call is recorded. `text`
   * replaces the standard English words.
   */
  disclosure: z
    .object({
      assistant: z.boolean().default(false),
      recording: z.boolean().default(false),
      text: z.string().trim().min(1).max(300).optional(),
    })
    .default({ assistant: false, recording: false }),
  /** Names, streets, products the recogniser should expect. */
  vocabulary: z.array(z.string().max(80)).max(100).default([]),
});
export type AgentProfile = z.infer<typeof agentProfile>;

/** Opening hours: wall-clock ranges in the business's zone. A weekday without a range is closed. */
export const openingHours = z.object({
  weekly: z.array(z.object({ weekday, opens: timeOfDay, closes: timeOfDay })).max(50),
  holidays: z
    .array(z.object({ date: z.iso.date(), name: z.string().max(80) }))
    .max(100)
    .default([]),
});
export type OpeningHours = z.infer<typeof openingHours>;

/**
 * How far a telephone number is believed to be its owner (F21).
 * `open`: caller id is enough. `attested`: full recall only with STIR attestation A. `code`: never without a code.
 */
export const callerTrust = z.enum(['open', 'attested', 'code']);
export type CallerTrust = z.infer<typeof callerTrust>;

/**
 * Who takes over when the model stays unreachable in a call: a person of the business, its voicemail, or an apology with
 * a promise to call back (which becomes an event).
 */
export const fallback = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('human'), number: phoneNumber }),
  z.object({ kind: z.literal('voicemail') }),
  z.object({ kind: z.literal('apology') }),
]);
export type Fallback = z.infer<typeof fallback>;

/** Everything a bridge needs to speak for a business; small enough to travel in a reservation. */
export const sessionProfile = z.object({
  name: z.string().min(1).max(120),
  timeZone,
  agent: agentProfile,
  openingHours,
  callerTrust: callerTrust.default('attested'),
  fallback: fallback.default({ kind: 'apology' }),
  /** The knowledge that is short enough for the prompt; the rest is behind `search_knowledge`. */
  facts: z.string().max(6000).default(''),
  maxCallMs: z.int().min(60_000).max(7_200_000).default(1_800_000),
  updatedAt: instant,
});
export type SessionProfile = z.infer<typeof sessionProfile>;
