/** Twilio's HTTP side, as lean as it can be: the signed webhooks of a call, over connections that stay open. */
import { Agent, type ClientRequest, request } from 'node:http';
import webhooks from 'twilio/lib/webhooks/webhooks.js';

const TIMEOUT_MS = 15_000;
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

export interface Account {
  gatewayUrl: string;
  publicUrl: string;
  accountSid: string;
  authToken: string;
}

/** @throws Error unless the answer is 2xx */
export async function postWebhook(account: Account, path: string, form: Record<string, string>): Promise<string> {
  const signature = webhooks.getExpectedTwilioSignature(account.authToken, account.publicUrl + path, form);
  const body = new URLSearchParams(form).toString();
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const posted: ClientRequest = request(account.gatewayUrl + path, {
    agent,
    method: 'POST',
    headers: {
      host: new URL(account.publicUrl).host,
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': Buffer.byteLength(body),
      'x-twilio-signature': signature,
    },
    timeout: TIMEOUT_MS,
  });
  posted.on('timeout', () => posted.destroy(new Error(`${path} was not answered`)));
  posted.on('error', reject);
  posted.on('response', (response) => {
    let text = '';
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      text += chunk;
    });
    response.on('error', reject);
    response.on('end', () => {
      const { statusCode = 0 } = response;
      if (statusCode >= 200 && statusCode < 300) resolve(text);
      else reject(new Error(`${path} was answered with ${statusCode}`));
    });
  });
  posted.end(body);
  return promise;
}

/** The media socket that TwiML asks for. */
export function streamUrlOf(twiml: string): string {
  const url = /<Stream[^>]*\burl="([^"]+)"/.exec(twiml)?.[1];
  if (!url) throw new Error(`this TwiML opens no stream: ${twiml}`);
  return url;
}

export function signedStream(account: Account, url: string): { address: string; headers: Record<string, string> } {
  const signature = webhooks.getExpectedTwilioSignature(account.authToken, url, {});
  return {
    address: account.gatewayUrl.replace(/^http/, 'ws') + new URL(url).pathname,
    headers: { Host: new URL(url).host, 'User-Agent': 'Twilio.TmeWs/1.0', 'X-Twilio-Signature': signature },
  };
}
