/** What is signed into the path of a media socket, so that any gateway can route it without a lookup. */
import { z } from 'zod';
import { businessId, callSid, podId } from '../ids.ts';

export const routeToken = z.object({
  callSid,
  businessId,
  podId,
  address: z.string(),
  reservationId: z.string(),
});
export type RouteToken = z.infer<typeof routeToken>;

/** Mixed into the signature, so that no token made for something else with the same keys opens a media socket. */
export const ROUTE_TOKEN_PURPOSE = 'route';

/** How long a route token is good for: Twilio opens the socket right after it got the TwiML. */
export const ROUTE_TOKEN_TTL_MS = 60_000;

export function mediaStreamPath(businessId: string, signedToken: string): string {
  return `/media-stream/${businessId}/${signedToken}`;
}
