/**
 * Asks one certain bridge to take a call. The bridge counts the reservation at once, atomically, and starts the work
 * (model socket, caller, slots, greeting) before it answers; a reservation whose stream never comes is released.
 */
import { z } from 'zod';
import { sessionProfile } from '../business-profile/agent-profile.ts';
import { attestation } from '../caller-profile/recognise-caller.ts';
import { direction } from '../events/call.ts';
import { businessId, callerNumber, callSid, phoneNumber, pool } from '../ids.ts';
import { defineRpc } from '../rpc.ts';

export const reserveCall = defineRpc({
  service: 'media-bridge',
  verb: 'reserve',
  scope: 'pod',
  timeoutMs: 400,
  request: z.object({
    businessId,
    callSid,
    /** 128 random bits in hexadecimal, also in the route token: proves that the stream belongs to this reservation. */
    reservationId: z.string().regex(/^[0-9a-f]{32}$/),
    pool,
    direction,
    from: callerNumber,
    to: phoneNumber,
    attestation,
    /** Whose REST API ends or redirects the call. The token is sealed as in the directory. */
    twilioAccountSid: z.string(),
    twilioAuthTokenEncrypted: z.string().optional(),
    /** Absolute; where Twilio is sent when its stream was lost without a word. */
    continueUrl: z.url().optional(),
    /**
     * `new`: the call has just come in. `resume`: its owner is gone; the bridge claims the call's record (owner, epoch + 1)
     * before it opens anything, restores the conversation and goes on talking.
     */
    mode: z.enum(['new', 'resume']).default('new'),
    /** With `resume`: the epoch of the owner that was found gone. Another one in the record means another one claimed it. */
    epoch: z.int().min(1).optional(),
    profile: sessionProfile,
    /** The line slot this call occupies, renewed by the bridge. */
    line: z.int().min(0),
  }),
  reply: z.discriminatedUnion('accepted', [
    z.object({ accepted: z.literal(true) }),
    z.object({
      accepted: z.literal(false),
      reason: z.enum(['full', 'draining', 'wrong_pool', 'unhealthy', 'claimed_elsewhere', 'call_over']),
    }),
  ]),
});
