/**
 * The form Twilio posts when a call comes in and whenever it wants further instructions.
 *
 * Gotchas: new fields appear without notice; a withheld caller number comes as the word `anonymous`, as `unknown`, or
 * spelled on a telephone's keys as if it were a number.
 */
import type { Attestation } from '@frontdesk/contracts/caller-profile/recognise-caller';
import { callerNumber, callSid, phoneNumber } from '@frontdesk/contracts/ids';
import { z } from 'zod';
import { type FormParams, namesOfWrongFields, optionalText } from './form-params.ts';

// RESTRICTED, BLOCKED, UNKNOWN, ANONYMOUS and UNAVAILABLE typed on a keypad. They look like numbers, and taking one
// for a number would make all withheld callers one and the same person.
const keypadWords = new Set(['+7378742833', '+2562533', '+8656696', '+266696687', '+86282452253']);

/** From: a number, or null for a caller who withheld it or is none (`client:`, `sip:`). */
export const fromNumber = z
  .string()
  .transform((from) => (keypadWords.has(from) || !phoneNumber.safeParse(from).success ? null : from))
  .pipe(callerNumber);

export const direction = z
  .enum(['inbound', 'outbound-api', 'outbound-dial'])
  .transform((value): 'inbound' | 'outbound' => (value === 'inbound' ? 'inbound' : 'outbound'));

export const accountSid = z.string().regex(/^AC[0-9a-f]{32}$/);

export const callStatus = z.enum([
  'queued',
  'initiated',
  'ringing',
  'in-progress',
  'completed',
  'busy',
  'failed',
  'no-answer',
  'canceled',
]);

/**
 * What the caller's carrier vouches for. Only an unmarked `TN-Validation-Passed-<level>` counts: `-Diverted` vouches
 * for whoever forwarded the call, and `-Passthrough` for nobody on the last leg, so the caller himself is unattested.
 */
export function attestationOf(stirVerstat: string | undefined): Attestation {
  switch (stirVerstat) {
    case 'TN-Validation-Passed-A':
      return 'A';
    case 'TN-Validation-Passed-B':
      return 'B';
    case 'TN-Validation-Passed-C':
      return 'C';
    default:
      return 'none';
  }
}

const voiceWebhook = z
  .object({
    CallSid: callSid,
    AccountSid: accountSid,
    From: fromNumber,
    To: phoneNumber,
    CallStatus: callStatus,
    Direction: direction,
    StirVerstat: optionalText,
    ForwardedFrom: optionalText,
    CallerName: optionalText,
  })
  .transform((form) => ({
    callSid: form.CallSid,
    accountSid: form.AccountSid,
    from: form.From,
    to: form.To,
    status: form.CallStatus,
    direction: form.Direction,
    attestation: attestationOf(form.StirVerstat),
    forwardedFrom: form.ForwardedFrom,
    callerName: form.CallerName,
  }));

export type VoiceWebhook = z.infer<typeof voiceWebhook>;

/** Reads a voice webhook; `reason` names the fields that are wrong and is safe to log. */
export function parseVoiceWebhook(
  params: FormParams,
): { ok: true; webhook: VoiceWebhook } | { ok: false; reason: string } {
  const parsed = voiceWebhook.safeParse(params);
  if (parsed.success) return { ok: true, webhook: parsed.data };
  return { ok: false, reason: `not a voice webhook: ${namesOfWrongFields(parsed.error)}` };
}
