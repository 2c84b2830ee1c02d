/**
 * The form of a call status callback. `answered` arrives as `in-progress`, every terminal state (busy, failed,
 * no-answer, canceled) under the event `completed`. Callbacks overtake each other: order them by `sequenceNumber`.
 */
import { callSid, phoneNumber } from '@frontdesk/contracts/ids';
import { z } from 'zod';
import { type FormParams, namesOfWrongFields, optionalText } from './form-params.ts';
import { accountSid, callStatus, direction, fromNumber } from './voice-webhook.ts';

const wholeNumber = z
  .string()
  .regex(/^\d{1,9}$/)
  .transform(Number);

const finalStatuses = new Set<z.infer<typeof callStatus>>(['completed', 'busy', 'failed', 'no-answer', 'canceled']);

const callStatusCallback = z
  .object({
    CallSid: callSid,
    AccountSid: accountSid,
    ParentCallSid: callSid.optional(),
    From: fromNumber,
    To: phoneNumber,
    Direction: direction,
    CallStatus: callStatus,
    SequenceNumber: wholeNumber.optional(),
    CallDuration: wholeNumber.optional(),
    SipResponseCode: wholeNumber.optional(),
    Timestamp: optionalText,
  })
  .transform((form) => ({
    callSid: form.CallSid,
    accountSid: form.AccountSid,
    /** The caller's leg, when this one was dialled by it. */
    parentCallSid: form.ParentCallSid,
    from: form.From,
    to: form.To,
    direction: form.Direction,
    status: form.CallStatus,
    /** The call is over. */
    final: finalStatuses.has(form.CallStatus),
    /** From 0; absent on the callback configured on a phone number. */
    sequenceNumber: form.SequenceNumber,
    durationSeconds: form.CallDuration,
    sipResponseCode: form.SipResponseCode,
    at: instantOf(form.Timestamp),
  }));

export type CallStatus = z.infer<typeof callStatus>;
export type CallStatusCallback = z.infer<typeof callStatusCallback>;

/** Reads a status callback; `reason` names the fields that are wrong and is safe to log. */
export function parseCallStatus(
  params: FormParams,
): { ok: true; callback: CallStatusCallback } | { ok: false; reason: string } {
  const parsed = callStatusCallback.safeParse(params);
  if (parsed.success) return { ok: true, callback: parsed.data };
  return { ok: false, reason: `not a call status callback: ${namesOfWrongFields(parsed.error)}` };
}

/** Twilio's RFC 2822 time. Date is the one reader of that format the platform has. */
function instantOf(rfc2822: string | undefined): Temporal.Instant | undefined {
  const epochMs = rfc2822 === undefined ? Number.NaN : Date.parse(rfc2822);
  return Number.isNaN(epochMs) ? undefined : Temporal.Instant.fromEpochMilliseconds(epochMs);
}
