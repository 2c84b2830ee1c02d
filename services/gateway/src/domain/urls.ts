/** The URLs others are given. All are made from the configured public origin, never from what a request claims. */
import { mediaStreamPath } from '@frontdesk/contracts/media-bridge/route-token';

export const INCOMING_PATH = '/api/v1/voice/incoming';
export const CONTINUE_PATH = '/api/v1/voice/continue';
export const CALL_STATUS_PATH = '/api/v1/voice/call-status';
export const HOLD_PATH = '/api/v1/voice/hold';
export const DIALED_PATH = '/api/v1/voice/dialed';
export const RECORDED_PATH = '/api/v1/voice/recorded';
export const RECORDING_STORED_PATH = '/api/v1/voice/recording-stored';

/** Makes Twilio repeat a callback that failed, whatever the failure: five times, to any of our addresses. */
export const REPEATED = '#rc=5&rp=all';

export function streamUrl(publicUrl: string, businessId: string, routeToken: string): string {
  return publicUrl.replace(/^http/, 'ws') + mediaStreamPath(businessId, routeToken);
}

export function continueUrl(publicUrl: string, callToken: string): string {
  return `${publicUrl}${CONTINUE_PATH}/${callToken}`;
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
