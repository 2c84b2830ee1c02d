/**
 * What `/continue` needs to know about a call, signed into its URL: who owned it, so that the owner can be asked without
 * a lookup, and whose Twilio account signs.
 */
import { businessId, callSid, podId } from '@frontdesk/contracts/ids';
import { z } from 'zod';

export const callToken = z.object({ callSid, businessId, podId, address: z.string() });
export type CallToken = z.infer<typeof callToken>;

/** Longer than the longest call a business may allow (2 h). */
export const CALL_TOKEN_TTL_MS = 3 * 3_600_000;
