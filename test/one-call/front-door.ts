/** Knocks at the gateway as Twilio does: over the local address, signed for the public one. */

import { randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import twilio from 'twilio';
import { inject } from 'vitest';
import WebSocket from 'ws';

export const INCOMING = '/api/v1/voice/incoming';

export function newCallSid(): string {
  return `CA${randomBytes(16).toString('hex')}`;
}

function gatewayUrl(): string {
  return inject('oneCall').stack.gateway.urls[0] ?? '';
}

export function incomingCall(to: string, callSid = newCallSid()): Record<string, string> {
  return {
    CallSid: callSid,
    AccountSid: inject('oneCall').stack.twilio.accountSid,
    From: '+17735550111',
    To: to,
    CallStatus: 'ringing',
    Direction: 'inbound',
    ApiVersion: '2010-04-01',
  };
}

/** @param authToken null sends no signature */
export async function postWebhook(
  path: string,
  params: Record<string, string>,
  authToken: string | null = inject('oneCall').stack.twilio.authToken,
): Promise<{ status: number; body: string }> {
  const { publicUrl } = inject('oneCall').stack.gateway;
  const signature =
    authToken === null
      ? {}
      : { 'x-twilio-signature': twilio.getExpectedTwilioSignature(authToken, publicUrl + path, params) };
  const response = await fetch(gatewayUrl() + path, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...signature },
    body: new URLSearchParams(params),
    signal: AbortSignal.timeout(15_000),
  });
  return { status: response.status, body: await response.text() };
}

/** Opens a media socket, signed. */
export function openMediaSocket(path: string): WebSocket {
  const { gateway, twilio: account } = inject('oneCall').stack;
  const url = gateway.publicUrl.replace(/^http/, 'ws') + path;
  return new WebSocket(gatewayUrl().replace(/^http/, 'ws') + path, {
    headers: { 'x-twilio-signature': twilio.getExpectedTwilioSignature(account.authToken, url, {}) },
    handshakeTimeout: 5_000,
  });
}

/** `refused 403`, `closed 1008`, or what else became of a socket. */
export function fateOf(socket: WebSocket): Promise<string> {
  return new Promise((resolve) => {
    socket.once('unexpected-response', (_request, response) => {
      void text(response).then((reason) => resolve(`refused ${response.statusCode} ${reason}`));
    });
    socket.once('close', (code) => resolve(`closed ${code}`));
    socket.once('error', (error) => resolve(error.message));
  });
}

/** The path of the media socket that TwiML names. */
export function mediaPathOf(twiml: string): string {
  const url = /<Stream[^>]*\burl="([^"]+)"/.exec(twiml)?.[1];
  if (!url) throw new Error('this TwiML opens no stream');
  return new URL(url).pathname;
}
