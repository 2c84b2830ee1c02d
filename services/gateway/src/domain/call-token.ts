/**
 * What is signed into the URLs Twilio comes back to, so that any replica can go on with a call it has never seen. No
 * telephone number is in the clear: URLs end up in logs that are not ours.
 */
import { attestation } from '@frontdesk/contracts/caller-profile/recognise-caller';
import { businessId, callSid, phoneNumber, podId } from '@frontdesk/contracts/ids';
import { z } from 'zod';

/** `/continue`: who owned the call, so that the owner can be asked without a lookup, and what moving it would need. */
export const callToken = z.object({
  callSid,
  businessId,
  podId,
  address: z.string(),
  line: z.int().min(0).optional(),
  attestation: attestation.optional(),
  placedAtMs: z.int().optional(),
  /** How often the call has been moved to another bridge. */
  moves: z.int().min(0).optional(),
});
export type CallToken = z.infer<typeof callToken>;

/** Longer than the longest call a business may allow (2 h). */
export const CALL_TOKEN_TTL_MS = 3 * 3_600_000;

/** A call whose bridges die one after the other is not moved for ever. */
export const MOST_MOVES = 20;

/** `/hold`: the caller's place in the queue. */
export const holdToken = z.object({
  callSid,
  businessId,
  seq: z.int().min(1),
  joinedAtMs: z.int(),
  round: z.int().min(0),
  attestation,
});
export type HoldToken = z.infer<typeof holdToken>;

export const HOLD_TOKEN_TTL_MS = 300_000;

/** The callback of a recording, which says neither who called nor whom. */
export const recordingToken = z.object({
  callSid,
  businessId,
  /** Sealed by the key ring; nothing for a caller who withheld it. */
  fromSealed: z.string().optional(),
  to: phoneNumber,
});
export type RecordingToken = z.infer<typeof recordingToken>;

/** Twilio tells of a recording within minutes, but repeats itself when we are away. */
export const RECORDING_TOKEN_TTL_MS = 24 * 3_600_000;
