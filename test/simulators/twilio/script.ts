/** What tests and the demo order from the simulator: a call, who places it, and what goes wrong. Data only. */
import { z } from 'zod';

const timeoutMs = z.int().min(1).max(600_000);
const line = z.string().regex(/\S/, 'must hold a word');

/** When to speak: the receptionist spoke and then was quiet, and (with words) every one of these phrases was heard. */
const after = z.union([z.literal('silence'), z.strictObject({ words: z.array(z.string().min(1)).min(1) })]);

const step = z.union([
  /** Speaks; without `after`, at once. */
  z.strictObject({ say: line, after: after.optional(), timeoutMs: timeoutMs.optional() }),
  /** Speaks into the receptionist's utterance once that many of its words were heard. */
  z.strictObject({
    interrupt: line,
    afterWords: z.int().min(1),
    timeoutMs: timeoutMs.optional(),
  }),
  z.strictObject({
    digits: z.string().regex(/^[0-9A-D*#]+$/),
    after: after.optional(),
    timeoutMs: timeoutMs.optional(),
  }),
  z.strictObject({ waitMs: z.int().min(0).max(600_000) }),
  z.strictObject({ hangUp: z.literal(true) }),
  z.strictObject({ waitForHangUp: z.literal(true), timeoutMs }),
]);
export type Step = z.infer<typeof step>;

/**
 * A person on the line. After the last step they stay for up to a minute, silent, and then hang up.
 *
 * `repeatsWhenAsked`: asked with one of these phrases right after they spoke, they say it again, so many times in the
 * whole call.
 */
export const scriptedCaller = z.strictObject({
  steps: z.array(step).max(200),
  repeatsWhenAsked: z
    .strictObject({ phrases: z.array(z.string().min(1)).min(1), atMost: z.int().min(1).max(10) })
    .optional(),
});
export type ScriptedCaller = z.infer<typeof scriptedCaller>;

export const callFaults = z.strictObject({
  /** Damages one frame that carries speech in each direction, so that a word does not arrive. */
  corruptFrame: z.literal(true).optional(),
  /**
   * What follows a media socket lost without a close frame is documented nowhere. true (default): the call goes on to
   * the verb after `<Connect>`. false: dead air, and the call ends after `abruptLossEndsAfterMs` unless redirected.
   */
  abruptLossFallsThrough: z.boolean().optional(),
  abruptLossEndsAfterMs: z.int().min(0).max(60_000).optional(),
  /** Sends webhooks and the media handshake without a signature, or with one made with another token. */
  unsigned: z.literal(true).optional(),
  wrongSignature: z.literal(true).optional(),
  /** Signs the media handshake with a trailing slash that the TwiML does not have, as Twilio documents it may. */
  upgradeSignedWithSlash: z.literal(true).optional(),
});
export type CallFaults = z.infer<typeof callFaults>;

export const phoneNumber = z.string().regex(/^\+[1-9]\d{6,14}$/, 'must be E.164');

export const callbackEvent = z.enum(['initiated', 'ringing', 'answered', 'completed']);
export type CallbackEvent = z.infer<typeof callbackEvent>;

/** A call that comes in to one of the system's numbers. */
export const placeCall = z.strictObject({
  from: z.union([phoneNumber, z.enum(['anonymous', 'unknown', '+266696687'])]),
  to: phoneNumber,
  voiceUrl: z.url(),
  fallbackUrl: z.url().optional(),
  statusCallback: z.url().optional(),
  statusCallbackEvents: z.array(callbackEvent).default(['completed']),
  stirVerstat: z.string().optional(),
  forwardedFrom: phoneNumber.optional(),
  /** From the end of the TwiML to the opening of the media socket. Twilio needs a few hundred milliseconds. */
  streamSetupMs: z.int().min(0).max(5_000).default(200),
  caller: scriptedCaller,
  faults: callFaults.default({}),
});
export type PlaceCall = z.infer<typeof placeCall>;

/** Who answers when the system calls this number over REST. */
export const callee = z.strictObject({
  number: phoneNumber,
  answers: z.enum(['answer', 'busy', 'no-answer']).default('answer'),
  ringMs: z.int().min(0).max(60_000).default(100),
  streamSetupMs: z.int().min(0).max(5_000).default(200),
  caller: scriptedCaller.default({ steps: [] }),
  faults: callFaults.default({}),
});
export type Callee = z.infer<typeof callee>;
