/** A gateway on real NATS, with the services around it played by the test over the same subjects and sockets. */
import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type DirectoryEntry, directory, directoryKey } from '@frontdesk/contracts/kv/directory';
import { bridgeAnnouncement } from '@frontdesk/contracts/media-bridge/announcement';
import { reserveCall } from '@frontdesk/contracts/media-bridge/reserve-call';
import type { Messaging } from '@frontdesk/messaging';
import { connectForTest } from '@frontdesk/messaging/testing';
import { createKeyRing } from '@frontdesk/secrets';
import twilio from 'twilio';
import { inject } from 'vitest';
import { WebSocketServer } from 'ws';
import type { z } from 'zod';
import { readConfig, startService } from '../src/service.ts';

export const PUBLIC_URL = 'https://frontdesk.test';
export const ACCOUNT_SID = `AC${'1'.repeat(32)}`;
export const ACCOUNT_TOKEN = 'the-business-twilio-token';
export const OPERATOR_TOKEN = 'the-operators-twilio-token';
export const TOKEN_KEYS = `t1:${randomBytes(32).toString('base64')}`;
const SECRETS_KEYS = `s1:${randomBytes(32).toString('base64')}`;

export const newCallSid = () => `CA${randomBytes(16).toString('hex')}`;
export const newBusinessId = () => `b-${randomUUID().slice(0, 8)}`;
export const newNumber = () => `+1312555${String(Math.floor(Math.random() * 10_000)).padStart(4, '0')}`;

export async function startGateway(changes: Record<string, string> = {}) {
  const { nats } = inject('frontdesk');
  return startService(
    readConfig({
      NATS_URL: nats.url,
      NATS_CREDS: `${nats.credsDir}/gateway.creds`,
      PUBLIC_URL,
      HOST: '127.0.0.1',
      PORT: '0',
      TOKEN_KEYS,
      SECRETS_KEYS,
      TWILIO_AUTH_TOKEN: OPERATOR_TOKEN,
      LOG_LEVEL: 'silent',
      DRAIN_MS: '200',
      ...changes,
    }),
  );
}

/** Writes the business into the directory, as business-profile would. */
export async function addBusiness(changes: Partial<DirectoryEntry> = {}): Promise<DirectoryEntry> {
  await using profile = await connectForTest('business-profile');
  const entry: DirectoryEntry = {
    version: 1,
    businessId: newBusinessId(),
    number: newNumber(),
    pool: 'default',
    maxConcurrentCalls: 3,
    twilio: {
      accountSid: ACCOUNT_SID,
      authTokenEncrypted: createKeyRing(SECRETS_KEYS).encrypt(ACCOUNT_TOKEN, ACCOUNT_SID),
    },
    profile: {
      name: 'Larkspur Heating',
      timeZone: 'America/Chicago',
      agent: {
        persona: 'general',
        instructions: '',
        voice: 'marin',
        speed: 1,
        languages: ['en'],
        turnDetection: { type: 'server_vad', threshold: 0.5, prefixPaddingMs: 300, silenceDurationMs: 500 },
        noiseReduction: null,
        vocabulary: [],
      },
      openingHours: { weekly: [], holidays: [] },
      callerTrust: 'attested',
      facts: '',
      maxCallMs: 600_000,
      updatedAt: '2026-01-01T00:00:00Z',
    },
    ...changes,
  };
  await (await profile.bucket(directory)).put(directoryKey(entry.number), entry);
  return entry;
}

export interface TestBridge extends AsyncDisposable {
  readonly podId: string;
  readonly reservations: z.output<typeof reserveCall.request>[];
  readonly sockets: WebSocketServer;
  readonly http: Server;
  refuse: boolean;
  /** How long it takes to accept a reservation. */
  answerAfterMs: number;
}

/** A bridge as the gateway sees it: announcements, reservations, a media socket, and what comes next. */
export async function startTestBridge(pool: string): Promise<TestBridge> {
  const podId = `bridge-${randomUUID().slice(0, 8)}`;
  const messaging: Messaging = await connectForTest('media-bridge');
  const http = createServer((request, response) => {
    const callSid = request.url?.split('/')[2];
    const known = bridge.reservations.some((each) => each.callSid === callSid);
    response.writeHead(known ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ callSid, next: { kind: 'hangup' } }));
  });
  const sockets = new WebSocketServer({ server: http, perMessageDeflate: false });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  const bridge: TestBridge = {
    podId,
    reservations: [],
    sockets,
    http,
    refuse: false,
    answerAfterMs: 0,
    async [Symbol.asyncDispose]() {
      clearInterval(announcing);
      for (const socket of sockets.clients) socket.terminate();
      http.closeAllConnections();
      http.close();
      await messaging[Symbol.asyncDispose]();
    },
  };
  await messaging.serve(
    reserveCall,
    async (request) => {
      if (bridge.refuse) return { accepted: false as const, reason: 'full' as const };
      bridge.reservations.push(request);
      await delay(bridge.answerAfterMs);
      return { accepted: true as const };
    },
    { podId },
  );
  const announce = () =>
    messaging.signal(bridgeAnnouncement, podId, {
      podId,
      address: `127.0.0.1:${port}`,
      pool,
      zone: 'a',
      version: '0.1.0',
      active: 0,
      capacity: 10,
      state: 'ready',
      loopLagMs: 0,
    });
  const announcing = setInterval(announce, 200);
  announce();
  return bridge;
}

/** Posts a form to the gateway as Twilio would: signed over the public URL. */
export async function postWebhook(
  gateway: { port: number },
  path: string,
  params: Record<string, string>,
  authToken: string | null = ACCOUNT_TOKEN,
) {
  const response = await fetch(`http://127.0.0.1:${gateway.port}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...(authToken === null
        ? {}
        : { 'x-twilio-signature': twilio.getExpectedTwilioSignature(authToken, PUBLIC_URL + path, params) }),
    },
    body: new URLSearchParams(params),
  });
  return { status: response.status, body: await response.text() };
}

export function incomingCall(to: string, callSid = newCallSid(), changes: Record<string, string> = {}) {
  return {
    CallSid: callSid,
    AccountSid: ACCOUNT_SID,
    From: '+13125550199',
    To: to,
    CallStatus: 'ringing',
    Direction: 'inbound',
    ApiVersion: '2010-04-01',
    ...changes,
  };
}

export const attributeOf = (twiml: string, name: string) => new RegExp(`${name}="([^"]+)"`).exec(twiml)?.[1] ?? '';
