/** X-Twilio-Signature, made as Twilio makes it. */
import webhooks from 'twilio/lib/webhooks/webhooks.js';
import type { CallFaults } from './script.ts';

/** What Twilio signs: without the fragment; for https also without port and user, for http with the port. */
export function signedUrl(url: string): string {
  const whole = url.replace(/#.*$/s, '');
  return whole.replace(/^https:\/\/(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]*)(?::\d+)?/i, 'https://$1');
}

/** The signature header; undefined when the call is to go out unsigned. */
export function signature(
  authToken: string,
  url: string,
  params: Record<string, string>,
  faults: CallFaults,
): string | undefined {
  if (faults.unsigned) return undefined;
  const token = faults.wrongSignature ? `${authToken}-another` : authToken;
  return webhooks.getExpectedTwilioSignature(token, url, params);
}
