/** Twilio's end of a media stream, over a real socket: plays what it is sent at real-time pace and echoes marks. */
import { vi } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';

const message = z.discriminatedUnion('event', [
  z.strictObject({ event: z.literal('media'), streamSid: z.string(), media: z.strictObject({ payload: z.string() }) }),
  z.strictObject({ event: z.literal('mark'), streamSid: z.string(), mark: z.strictObject({ name: z.string() }) }),
  z.strictObject({ event: z.literal('clear'), streamSid: z.string() }),
]);

export const STREAM_SID = `MZ${'1'.repeat(32)}`;
const BYTES_PER_MS = 8;

export interface CallerPeer {
  /** Milliseconds of audio that arrived; how many clears; the close code once closed. */
  readonly receivedMs: number;
  readonly clears: number;
  readonly closed: Promise<number>;
  readonly extensions: string;
  start(callSid?: string): void;
  /** One 20 ms frame of audio. */
  speak(frame?: Uint8Array): void;
  /** The line loses so much of what is spoken next. */
  lose(ms: number): void;
  raw(text: string | Buffer): void;
  /** One message, as fragments. */
  rawInPieces(pieces: string[]): void;
  /** Resolves when a ping is answered. */
  ping(): Promise<void>;
  hangUp(): void;
  /** Nothing is read or sent any more, and nothing closed, as when a process or a network on the way stands still. */
  freeze(): void;
  thaw(): void;
  terminate(): void;
  waitForAudio(ms: number): Promise<void>;
}

/** @throws the HTTP status when the upgrade is refused */
export async function dial(url: string, callSid: string, headers: Record<string, string> = {}): Promise<CallerPeer> {
  const socket = new WebSocket(url, { perMessageDeflate: true, headers });
  const closed = new Promise<number>((resolve) => socket.on('close', (code) => resolve(code)));
  let receivedBytes = 0;
  let clears = 0;
  let sequence = 0;
  let chunk = 0;
  let spokenMs = 20;
  /** When everything sent so far will have been played. */
  let playedAtMs = 0;
  let pending: { name: string; timer: NodeJS.Timeout }[] = [];

  const send = (event: string, body: object) => {
    sequence += 1;
    socket.send(JSON.stringify({ event, sequenceNumber: String(sequence), streamSid: STREAM_SID, ...body }));
  };
  const echo = (name: string) => {
    pending = pending.filter((mark) => mark.name !== name);
    if (socket.readyState === WebSocket.OPEN) send('mark', { mark: { name } });
  };
  socket.on('message', (data: Buffer) => {
    const parsed = message.parse(JSON.parse(data.toString()));
    if (parsed.event === 'media') {
      const bytes = Buffer.from(parsed.media.payload, 'base64').length;
      receivedBytes += bytes;
      playedAtMs = Math.max(playedAtMs, performance.now()) + bytes / BYTES_PER_MS;
    } else if (parsed.event === 'mark') {
      const { name } = parsed.mark;
      const timer = setTimeout(() => echo(name), Math.max(0, playedAtMs - performance.now()));
      pending.push({ name, timer });
    } else {
      clears += 1;
      playedAtMs = 0;
      for (const mark of pending) clearTimeout(mark.timer);
      for (const { name } of [...pending]) echo(name);
    }
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('unexpected-response', (_, reply) => reject(new Error(String(reply.statusCode))));
    socket.once('error', reject);
  });

  return {
    get receivedMs() {
      return receivedBytes / BYTES_PER_MS;
    },
    get clears() {
      return clears;
    },
    closed,
    extensions: socket.extensions,
    start(sid = callSid) {
      socket.send(JSON.stringify({ event: 'connected', protocol: 'Call', version: '1.0.0' }));
      const accountSid = `AC${'0'.repeat(32)}`;
      const mediaFormat = { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 };
      send('start', {
        start: {
          streamSid: STREAM_SID,
          accountSid,
          callSid: sid,
          tracks: ['inbound'],
          mediaFormat,
          customParameters: {},
        },
      });
    },
    speak(frame = new Uint8Array(160).fill(0x2a)) {
      const payload = Buffer.from(frame).toString('base64');
      chunk += 1;
      const timestamp = String(spokenMs);
      spokenMs += frame.length / BYTES_PER_MS;
      send('media', { media: { track: 'inbound', chunk: String(chunk), timestamp, payload } });
    },
    lose(ms) {
      spokenMs += ms;
    },
    raw: (text) => socket.send(text),
    rawInPieces(pieces) {
      for (const [index, piece] of pieces.entries()) socket.send(piece, { fin: index === pieces.length - 1 });
    },
    ping: () =>
      new Promise((resolve) => {
        socket.once('pong', () => resolve());
        socket.ping();
      }),
    hangUp: () => send('stop', { stop: { accountSid: `AC${'0'.repeat(32)}`, callSid } }),
    freeze: () => socket.pause(),
    thaw: () => socket.resume(),
    terminate: () => socket.terminate(),
    waitForAudio: async (ms) => {
      await vi.waitUntil(() => receivedBytes / BYTES_PER_MS >= ms, { timeout: 5_000, interval: 5 });
    },
  };
}
