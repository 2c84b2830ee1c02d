/** Twilio's side of the load as a process: callers who ring, talk and listen. Started by the benchmark. */
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { json, readConfig } from '@frontdesk/config';
import { withDeadline } from '@frontdesk/lifecycle';
import { z } from 'zod';
import { callForm } from '../simulators/twilio/call-form.ts';
import { type CallLeg, openCallLeg } from './call-leg.ts';
import type { CallerFigures, Moment, PlacedCall } from './figures.ts';
import { createPacer } from './pacer.ts';
import { serveParent } from './remote.ts';
import { createSamples } from './samples.ts';
import { nowUs } from './stamp.ts';
import { type Account, postWebhook, signedStream, streamUrlOf } from './telephone-network.ts';

const INCOMING = '/api/v1/voice/incoming';
const CALL_STATUS = '/api/v1/voice/call-status';
const FIRST_AUDIO_WITHIN_MS = 10_000;
const MOST_SAMPLES = 1 << 20;

const account: Account = readConfig({
  ACCOUNT: json(
    z.object({ gatewayUrl: z.string(), publicUrl: z.string(), accountSid: z.string(), authToken: z.string() }),
  ),
}).ACCOUNT;

const ring = z.object({ call: z.int(), from: z.string(), to: z.string(), streamAfterMs: z.number() });
const dial = z.object({ call: z.int(), address: z.string() });

interface OpenCall {
  leg: CallLeg;
  form?: Record<string, string>;
}

const lateness = createSamples(MOST_SAMPLES);
const modelToCaller = createSamples(MOST_SAMPLES);
const pacer = createPacer(lateness);
const calls = new Map<number, OpenCall>();
let clears: Moment[] = [];
const lost: string[] = [];
let framesSent = 0;
let heardMs = 0;
let spokenMs = 0;

function newSid(prefix: 'CA' | 'MZ'): string {
  return prefix + randomBytes(16).toString('hex');
}

/** Rings as Twilio does, and opens the stream that the TwiML asks for. */
async function placeCall({ call, from, to, streamAfterMs }: z.infer<typeof ring>): Promise<PlacedCall> {
  const callSid = newSid('CA');
  const { accountSid } = account;
  const form = callForm({
    callSid,
    accountSid,
    from,
    to,
    direction: 'inbound',
    status: 'ringing',
    stirVerstat: 'TN-Validation-Passed-A',
  });
  const rangAtUs = nowUs();
  const twiml = await postWebhook(account, INCOMING, form);
  const webhookMs = (nowUs() - rangAtUs) / 1e3;
  await delay(Math.max(0, streamAfterMs - webhookMs));
  const { address, headers } = signedStream(account, streamUrlOf(twiml));
  const firstAudioMs = await connect(call, address, headers, callSid, form);
  return { call, webhookMs, firstAudioMs, streamAfterMs };
}

/** Connects to the relay, which has no webhooks. */
async function dialRelay({ call, address }: z.infer<typeof dial>): Promise<PlacedCall> {
  const firstAudioMs = await connect(call, address, {}, newSid('CA'));
  return { call, firstAudioMs, streamAfterMs: 0 };
}

async function connect(
  call: number,
  address: string,
  headers: Record<string, string>,
  callSid: string,
  form?: Record<string, string>,
): Promise<number> {
  const leg = openCallLeg({
    call,
    address,
    headers,
    identity: { callSid, streamSid: newSid('MZ'), accountSid: account.accountSid },
    pacer,
    events: {
      sent: () => {
        framesSent += 1;
      },
      audio: (sentAtUs) => {
        if (sentAtUs !== undefined) modelToCaller.add((nowUs() - sentAtUs) / 1e3);
      },
      cleared: () => void clears.push({ call, atUs: nowUs() }),
      played: (ms) => {
        heardMs += ms;
      },
      spoke: (ms) => {
        spokenMs += ms;
      },
      lost: (code) => {
        lost.push(`call ${call}: ${code}`);
        calls.delete(call);
      },
    },
  });
  calls.set(call, { leg, form });
  return withDeadline(`hearing anything in call ${call}`, FIRST_AUDIO_WITHIN_MS, leg.firstAudio);
}

async function hangUp({ leg, form }: OpenCall): Promise<void> {
  await leg.hangUp();
  if (form) await postWebhook(account, CALL_STATUS, { ...form, CallStatus: 'completed', CallDuration: '60' });
}

serveParent({
  placeCall: (params) => placeCall(ring.parse(params)),
  dialRelay: (params) => dialRelay(dial.parse(params)),
  beginWindow() {
    lateness.clear();
    modelToCaller.clear();
    clears = [];
    framesSent = 0;
    heardMs = 0;
    spokenMs = 0;
    return null;
  },
  figures(): CallerFigures {
    return {
      open: calls.size,
      framesSent,
      modelToCaller: modelToCaller.summarize(),
      lateness: lateness.summarize(),
      clears,
      heardMs,
      spokenMs,
      lost,
    };
  },
  async hangUpAll() {
    const open = [...calls.values()];
    calls.clear();
    // A few at a time, as callers would.
    for (let at = 0; at < open.length; at += 5) await Promise.all(open.slice(at, at + 5).map(hangUp));
    return open.length;
  },
});
