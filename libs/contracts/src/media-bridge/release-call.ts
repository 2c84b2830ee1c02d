/**
 * Tells one certain bridge that nobody will come to a reservation it was asked for: its answer did not come in time, so
 * the call was offered to another. Sent without waiting for what becomes of it: a reservation that stays is given up when
 * no stream has come.
 */
import { z } from 'zod';
import { businessId, callSid } from '../ids.ts';
import { defineRpc } from '../rpc.ts';

export const releaseCall = defineRpc({
  service: 'media-bridge',
  verb: 'release',
  scope: 'pod',
  timeoutMs: 1_000,
  request: z.object({
    businessId,
    callSid,
    /** The reservation's; others of the same call, made by a repeated webhook, are not released with it. */
    reservationId: z.string().regex(/^[0-9a-f]{32}$/),
  }),
  reply: z.object({
    /** False when there is no such reservation, its stream is there, or another one of the same call is awaited. */
    released: z.boolean(),
  }),
});
