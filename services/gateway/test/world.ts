/** A gateway on real NATS, with the services around it played by the test over the same subjects and sockets. */
import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { sessionProfile } from '@frontdesk/contracts/business-profile/agent-profile';
import { cloudEvent } from '@frontdesk/contracts/event';
import { type CallHead, callKey, calls, type NextStep } from '@frontdesk/contracts/kv/calls';
import { type DirectoryEntry, directory, directoryKey } from '@frontdesk/contracts/kv/directory';
import { bridgeAnnouncement } from '@frontdesk/contracts/media-bridge/announcement';
import { callOver } from '@frontdesk/contracts/media-bridge/call-over';
import { releaseCall } from '@frontdesk/contracts/media-bridge/release-call';
import { reserveCall } from '@frontdesk/contracts/media-bridge/reserve-call';
import type { Messaging } from '@frontdesk/messaging';
import { connectForTest, testNats } from '@frontdesk/messaging/testing';
import { createKeyRing } from '@frontdesk/secrets';
import { jetstreamManager } from '@nats-io/jetstream';
import twilio from 'twilio';
import { expect, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { z } from 'zod';
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

export async function startGateway(
  changes: Record<string, string> = {},
  overrides: Parameters<typeof startService>[1] = {},
) {
  const nats = testNats();
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
    overrides,
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
    profile: sessionProfile.parse({
      name: 'Larkspur Heating',
      timeZone: 'America/Chicago',
      agent: {},
      openingHours: { weekly: [] },
      maxCallMs: 600_000,
      updatedAt: '2026-01-01T00:00:00Z',
    }),
    ...changes,
  };
  await (await profile.bucket(directory)).put(directoryKey(entry.number), entry);
  return entry;
}

/** Longer than a gateway waits for the answer to a reservation. */
const LATE_MS = 600;

export interface TestBridge extends AsyncDisposable {
  readonly podId: string;
  readonly reservations: z.output<typeof reserveCall.request>[];
  /** Reservations it was told to let go of. */
  readonly releases: z.output<typeof releaseCall.request>[];
  /** Calls it was told are over. */
  readonly overs: z.output<typeof callOver.request>[];
  readonly sockets: WebSocketServer;
  readonly http: Server;
  readonly address: string;
  refuse: boolean;
  /** How many reservations it has been refusing. */
  refusals: number;
  /** What it says when it refuses. */
  reason: 'full' | 'claimed_elsewhere' | 'call_over';
  /** What comes next for its calls; undefined is "not mine". */
  next: NextStep | undefined;
  /** Answers nothing over HTTP any more, as a process that was stopped. */
  frozen: boolean;
  /** How often it was asked for a sign of life. */
  probes: number;
  /** Writes the head of a call's record, as its owner. */
  record(callSid: string, changes?: Partial<CallHead>): Promise<void>;
  /** Removes the record, as after the end of a call. */
  finish(callSid: string): Promise<void>;
  announce(): void;
  /** How long it takes to accept a reservation. */
  answerAfterMs: number;
  /** How many reservations more it accepts later than anybody waits, as a process that has just started. */
  answersLate: number;
  /** Claims the record of a call it takes over, once, before it answers. */
  claims: boolean;
  claimsAfterMs: number;
}

/** A bridge as the gateway sees it: announcements, reservations, a media socket, and what comes next. */
export async function startTestBridge(pool: string): Promise<TestBridge> {
  const podId = `bridge-${randomUUID().slice(0, 8)}`;
  const messaging: Messaging = await connectForTest('media-bridge');
  const http = createServer((request, response) => {
    if (bridge.frozen) return;
    if (request.url === '/healthz') {
      bridge.probes += 1;
      response.end('{}');
      return;
    }
    const callSid = request.url?.split('/')[2];
    const known = bridge.next && bridge.reservations.some((each) => each.callSid === callSid);
    response.writeHead(known ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ callSid, next: bridge.next }));
  });
  const records = await messaging.bucket(calls);
  const sockets = new WebSocketServer({ server: http, perMessageDeflate: false });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  const bridge: TestBridge = {
    podId,
    reservations: [],
    releases: [],
    overs: [],
    sockets,
    http,
    refuse: false,
    refusals: 0,
    reason: 'full',
    next: { kind: 'hangup' },
    frozen: false,
    probes: 0,
    address: `127.0.0.1:${port}`,
    async record(callSid, changes = {}) {
      const { businessId, from, to } = bridge.reservations.find((each) => each.callSid === callSid) ?? {
        businessId: 'nobody',
        from: null,
        to: '+13125550100',
      };
      await records.put(callKey(callSid), {
        version: 1,
        businessId,
        callSid,
        direction: 'inbound',
        from,
        to,
        owner: { podId, address: bridge.address },
        epoch: 1,
        phase: 'talking',
        pendingTools: [],
        reservedAt: Temporal.Now.instant().toString(),
        ...changes,
      });
    },
    async finish(callSid) {
      await records.delete(callKey(callSid));
    },
    announce,
    answerAfterMs: 0,
    answersLate: 0,
    claims: false,
    claimsAfterMs: 0,
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
      if (bridge.refuse) {
        bridge.refusals += 1;
        await delay(bridge.answerAfterMs);
        return { accepted: false as const, reason: bridge.reason };
      }
      const isNew = !bridge.reservations.some(({ callSid }) => callSid === request.callSid);
      bridge.reservations.push(request);
      if (bridge.claims && request.mode === 'resume' && isNew) {
        await delay(bridge.claimsAfterMs);
        await bridge.record(request.callSid, { epoch: (request.epoch ?? 0) + 1 });
      }
      bridge.answersLate -= 1;
      await delay(bridge.answersLate >= 0 ? LATE_MS : bridge.answerAfterMs);
      return { accepted: true as const };
    },
    { podId },
  );
  await messaging.serve(
    releaseCall,
    async (request) => {
      bridge.releases.push(request);
      return { released: true };
    },
    { podId },
  );
  await messaging.serve(
    callOver,
    async (request) => {
      bridge.overs.push(request);
      return { known: true };
    },
    { podId },
  );
  function announce() {
    if (bridge.frozen) return;
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
  }
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

export const INCOMING = '/api/v1/voice/incoming';

/**
 * Announces the call until the answer is as wanted: what is written into the directory and what bridges say reach a
 * gateway a moment later.
 */
export function ringUntil(
  gateway: { port: number },
  params: () => Record<string, string>,
  wanted: (answer: { status: number; body: string }) => boolean,
) {
  return vi.waitUntil(
    async () => {
      const answer = await postWebhook(gateway, INCOMING, params());
      return wanted(answer) ? answer : undefined;
    },
    { timeout: 5_000, interval: 50 },
  );
}

/** Announces the call until it is put through to a bridge. */
export const putThrough = (gateway: { port: number }, params: Record<string, string>) =>
  ringUntil(
    gateway,
    () => params,
    ({ body }) => body.includes('<Stream'),
  );

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

export const attributeOf = (twiml: string, name: string) =>
  new RegExp(`${name}="([^"]+)"`).exec(twiml)?.[1]?.replaceAll('&amp;', '&') ?? '';

/** The newest event on a subject, once it is about this call. */
export async function storedEvent(subject: string, callSid: string) {
  await using reader = await connectForTest('admin');
  const manager = await jetstreamManager(reader.raw);
  return await vi.waitFor(
    async () => {
      const message = await manager.streams.getMessage('EVENTS', { last_by_subj: subject });
      const event = cloudEvent.parse(message?.json());
      expect(event.subject).toBe(callSid);
      return event;
    },
    { timeout: 5_000, interval: 50 },
  );
}

/** The bridge a stream leads to, read from its route token. */
export function targetOf(twiml: string): string | undefined {
  const token = attributeOf(twiml, 'url').split('/').at(-1) ?? '';
  const payload: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  return z.object({ p: z.object({ podId: z.string() }) }).parse(payload).p.podId;
}

/** The path of the URL a document leads on to, as Twilio requests and signs it: without the fragment. */
export const redirectOf = (twiml: string) =>
  /<Redirect[^>]*>https:\/\/frontdesk\.test([^<#]+)[^<]*<\/Redirect>/.exec(twiml)?.[1] ?? '';

/** Every address of ours in a document that Twilio would ask only once when it answers 5xx. */
export const askedOnce = (twiml: string) =>
  [...twiml.matchAll(/https:\/\/frontdesk\.test\/[^"<]+/g)].flatMap(([url]) =>
    url.endsWith('#rc=5&amp;rp=all') ? [] : [url],
  );
