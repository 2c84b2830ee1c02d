/**
 * One caller on a media stream, spoken as Twilio speaks it: `connected`, `start`, a frame every 20 ms whether the caller
 * speaks or not, marks echoed when what was sent before them has been played, everything dropped at a `clear`.
 *
 * It is lean where the strict simulator is thorough: audio is not decoded, and nothing is checked.
 */
import { WebSocket } from 'ws';
import { z } from 'zod';
import { callerSpeaksIn, FRAME_BYTES, FRAME_MS } from './pace.ts';
import type { Pacer } from './pacer.ts';
import { nowUs, readStamp, STAMP_CHARS, writeStamp } from './stamp.ts';

export interface LegOptions {
  call: number;
  address: string;
  headers: Record<string, string>;
  identity: { callSid: string; streamSid: string; accountSid: string };
  pacer: Pacer;
  events: LegEvents;
}

export interface LegEvents {
  sent(): void;
  /** @param sentAtUs by the model; undefined when the audio was made before the stream was there */
  audio(sentAtUs: number | undefined): void;
  cleared(): void;
  /** Audio that reached the caller's ear. */
  played(ms: number): void;
  spoke(ms: number): void;
  /** Not by `hangUp`. */
  lost(code: number): void;
}

export interface CallLeg {
  /** Resolves with the milliseconds from `start` to the first audio. */
  readonly firstAudio: Promise<number>;
  hangUp(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 5_000;
const CLOSE_TIMEOUT_MS = 3_000;
const BYTES_PER_MS = 8;
const MEDIA = '{"event":"media"';
const PAYLOAD = '"payload":"';

const control = z.discriminatedUnion('event', [
  z.object({ event: z.literal('mark'), mark: z.object({ name: z.string() }) }),
  z.object({ event: z.literal('clear') }),
]);

/** What follows the stamp in a frame. */
const restOf = (byte: number) => Buffer.alloc(FRAME_BYTES, byte).toString('base64').slice(STAMP_CHARS);
const VOICE = restOf(0x9a);
const SILENCE = restOf(0xff);

export function openCallLeg({ call, address, headers, identity, pacer, events }: LegOptions): CallLeg {
  const { streamSid } = identity;
  const socket = new WebSocket(address, { headers, handshakeTimeout: CONNECT_TIMEOUT_MS, perMessageDeflate: false });
  const firstAudio = Promise.withResolvers<number>();
  const marks: { name: string; atUs: number }[] = [];
  const head = `","streamSid":"${streamSid}","media":{"track":"inbound","chunk":"`;
  let sequence = 1;
  let frame = 0;
  let startedAtUs = 0;
  let hasAudio = false;
  let playedUntilUs = 0;
  let hangingUp = false;
  let ticking: Disposable | undefined;

  function sendJson(body: object): void {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(body));
  }

  function tick(): void {
    if (socket.readyState !== WebSocket.OPEN) return;
    frame += 1;
    sequence += 1;
    const speaks = callerSpeaksIn(frame);
    const now = nowUs();
    const payload = writeStamp(speaks ? 'V' : 'S', call, now) + (speaks ? VOICE : SILENCE);
    socket.send(
      `{"event":"media","sequenceNumber":"${sequence}${head}${frame}","timestamp":"${frame * FRAME_MS}","payload":"${payload}"}}`,
    );
    events.sent();
    if (speaks) events.spoke(FRAME_MS);
    if (playedUntilUs > now) events.played(FRAME_MS);
    while (marks[0] && marks[0].atUs <= now) returnMark(marks.shift()?.name ?? '');
  }

  function returnMark(name: string): void {
    sequence += 1;
    sendJson({ event: 'mark', sequenceNumber: String(sequence), streamSid, mark: { name } });
  }

  function received(data: Buffer): void {
    const now = nowUs();
    const text = data.toString('latin1');
    if (!text.startsWith(MEDIA)) {
      controlled(control.parse(JSON.parse(text)), now);
      return;
    }
    const from = text.indexOf(PAYLOAD) + PAYLOAD.length;
    const base64 = text.slice(from, text.indexOf('"', from));
    const bytes = Math.floor((base64.length * 3) / 4);
    playedUntilUs = Math.max(now, playedUntilUs) + (bytes / BYTES_PER_MS) * 1e3;
    const stamp = readStamp(base64);
    if (!hasAudio) firstAudio.resolve((now - startedAtUs) / 1e3);
    hasAudio = true;
    events.audio(stamp?.kind === 'M' ? stamp.sentAtUs : undefined);
  }

  function controlled(message: z.infer<typeof control>, now: number): void {
    if (message.event === 'mark') {
      if (playedUntilUs <= now) returnMark(message.mark.name);
      else marks.push({ name: message.mark.name, atUs: playedUntilUs });
      return;
    }
    events.cleared();
    playedUntilUs = now;
    for (const { name } of marks.splice(0)) returnMark(name);
  }

  socket.on('open', () => {
    const { callSid, accountSid } = identity;
    const mediaFormat = { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 };
    const start = { accountSid, streamSid, callSid, tracks: ['inbound'], mediaFormat, customParameters: {} };
    sendJson({ event: 'connected', protocol: 'Call', version: '1.0.0' });
    sendJson({ event: 'start', sequenceNumber: '1', streamSid, start });
    startedAtUs = nowUs();
    ticking = pacer.join(call, tick);
  });
  socket.on('message', (data: Buffer) => received(data));
  socket.on('error', (error) => firstAudio.reject(error));
  const closed = new Promise<void>((resolve) => {
    socket.once('close', (code) => {
      ticking?.[Symbol.dispose]();
      firstAudio.reject(new Error(`the stream ended with ${code} before any audio`));
      if (!hangingUp) events.lost(code);
      resolve();
    });
  });

  return {
    firstAudio: firstAudio.promise,
    async hangUp() {
      hangingUp = true;
      ticking?.[Symbol.dispose]();
      const { callSid, accountSid } = identity;
      sendJson({ event: 'stop', sequenceNumber: String(sequence + 1), streamSid, stop: { accountSid, callSid } });
      socket.close(1000);
      const giveUp = setTimeout(() => socket.terminate(), CLOSE_TIMEOUT_MS);
      await closed;
      clearTimeout(giveUp);
    },
  };
}
