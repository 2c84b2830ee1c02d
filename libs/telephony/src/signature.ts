/**
 * X-Twilio-Signature: base64(HMAC-SHA1(auth token, URL + sorted parameters)), checked by Twilio's own package in
 * constant time. (Its modules are imported one by one: the package as a whole loads the REST client of every product,
 * 30 MB and a tenth of a second.)
 *
 * Gotchas:
 * - The URL is the public one Twilio was given. Build it from configuration: `Host` and forwarded headers are the
 *   sender's to choose.
 * - All received parameters are signed, known or not.
 * - A URL's fragment (Twilio's connection overrides) is not part of the signature.
 * - For a media socket the URL is the `wss:` one. Twilio's documentation says to try a trailing slash when it does not
 *   match, and the package tries neither slash nor scheme.
 */
import webhooks from 'twilio/lib/webhooks/webhooks.js';
import type { FormParams } from './form-params.ts';

interface Signed {
  authToken: string;
  /** The X-Twilio-Signature header, undefined when it is missing. */
  signature: string | undefined;
  /** The complete public URL with its query. */
  url: string;
}

/** Whether Twilio sent this form. For a GET `params` is empty: its parameters are in the URL. */
export function isSignedWebhook({ authToken, signature, url, params }: Signed & { params: FormParams }): boolean {
  const signedUrl = withoutFragment(url);
  // The package parses the URL and throws when it cannot; the path comes from the sender.
  if (!authToken || !signature || !URL.canParse(signedUrl)) return false;
  return webhooks.validateRequest(authToken, signature, signedUrl, params);
}

/** Whether Twilio opened this media socket. `url` is the stream's URL as written in the TwiML. */
export function isSignedUpgrade({ authToken, signature, url }: Signed): boolean {
  const secure = withoutFragment(url).replace(/^(http|ws)(s?):/i, 'wss:');
  const https = secure.replace(/^wss:/, 'https:');
  return [secure, otherSlash(secure), https, otherSlash(https)].some((candidate) =>
    isSignedWebhook({ authToken, signature, url: candidate, params: {} }),
  );
}

function withoutFragment(url: string): string {
  const hash = url.indexOf('#');
  return hash === -1 ? url : url.slice(0, hash);
}

function otherSlash(url: string): string {
  return url.endsWith('/') ? url.slice(0, -1) : `${url}/`;
}
