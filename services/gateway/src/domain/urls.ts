/** The URLs others are given. All are made from the configured public origin, never from what a request claims. */
import { mediaStreamPath } from '@frontdesk/contracts/media-bridge/route-token';

export const INCOMING_PATH = '/api/v1/voice/incoming';
export const CONTINUE_PATH = '/api/v1/voice/continue';
export const CALL_STATUS_PATH = '/api/v1/voice/call-status';
export const HOLD_PATH = '/api/v1/voice/hold';
export const DIALED_PATH = '/api/v1/voice/dialed';
export const RECORDED_PATH = '/api/v1/voice/recorded';
export const RECORDING_STORED_PATH = '/api/v1/voice/recording-stored';

/**
 * Makes Twilio repeat a request that failed, whatever the failure: five times, within its 15 s. Without it only a
 * connection that was refused is tried again, and a gateway that dies with a request in hand, or a load balancer's 502,
 * sends a sound conversation to the number's fallback. It is neither sent nor signed.
 */
const REPEATED = '#rc=5&rp=all';

export function streamUrl(publicUrl: string, businessId: string, routeToken: string): string {
  return publicUrl.replace(/^http/, 'ws') + mediaStreamPath(businessId, routeToken);
}

export function continueUrl(publicUrl: string, callToken: string): string {
  return `${publicUrl}${CONTINUE_PATH}/${callToken}${REPEATED}`;
}

export function holdUrl(publicUrl: string, holdToken: string): string {
  return `${publicUrl}${HOLD_PATH}/${holdToken}${REPEATED}`;
}

export function dialedUrl(publicUrl: string): string {
  return `${publicUrl}${DIALED_PATH}${REPEATED}`;
}

export function recordedUrl(publicUrl: string): string {
  return `${publicUrl}${RECORDED_PATH}${REPEATED}`;
}

export function recordingStoredUrl(publicUrl: string, recordingToken: string): string {
  return `${publicUrl}${RECORDING_STORED_PATH}/${recordingToken}${REPEATED}`;
}

/** The business and token of a media socket's path, or nothing when it is not one. */
export function parseMediaStreamPath(path: string): { businessId: string; routeToken: string } | undefined {
  const match = /^\/media-stream\/([^/?]+)\/([^/?]+)\/?$/.exec(path);
  return match?.[1] && match[2] ? { businessId: match[1], routeToken: match[2] } : undefined;
}

/** Where calendar programs read: the address is the key, so it is told to the business alone and kept nowhere. */
export function calendarUrl(publicUrl: string, token: string): string {
  return `${publicUrl}/calendar/${token}.ics`;
}
