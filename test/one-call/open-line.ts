/** A caller on a media socket of their own, for sounds that are no words: plays what comes, 20 ms at a time, and listens. */
import { once } from 'node:events';
import { inject } from 'vitest';
import { createEar, type Ear } from '../simulators/twilio/ear.ts';
import { FRAME_BYTES, FRAME_MS, SILENT_FRAME } from '../simulators/twilio/frames.ts';
import { readOutbound } from '../simulators/twilio/media-inbound.ts';
import { createPlayer } from '../simulators/twilio/player.ts';
import { INCOMING, incomingCall, mediaPathOf, openMediaSocket, postWebhook } from './front-door.ts';
import './provided.ts';

export interface OpenLine extends AsyncDisposable {
  readonly callSid: string;
  readonly ear: Pick<Ear, 'currentWords' | 'quietMs' | 'utterances' | 'damaged' | 'cut'>;
  /** How often what waited to be played was thrown away. */
  readonly clears: number;
  /** A loud sound without a word in it. */
  makeNoise(ms: number): void;
}

const loud = Buffer.from(Uint8Array.from({ length: FRAME_BYTES }, (_, index) => (index % 2 === 0 ? 0x10 : 0x90)));

export async function openLine(to: string): Promise<OpenLine> {
  const params = incomingCall(to);
  const callSid = params.CallSid ?? '';
  const { accountSid } = inject('oneCall').stack.twilio;
  const socket = openMediaSocket(mediaPathOf((await postWebhook(INCOMING, params)).body));
  await once(socket, 'open');
  const streamSid = `MZ${callSid.slice(2)}`;
  const player = createPlayer();
  const ear = createEar();
  let sequence = 0;
  let clears = 0;
  let noiseFrames = 0;
  let frames = 0;

  function send(message: object): void {
    sequence += 1;
    socket.send(JSON.stringify({ ...message, sequenceNumber: String(sequence), streamSid }));
  }

  function echo(names: readonly string[]): void {
    for (const name of names) send({ event: 'mark', mark: { name } });
  }

  function tick(): void {
    const { frame, marks } = player.play();
    ear.hear(frame);
    echo(marks);
    const payload = noiseFrames > 0 ? loud.toString('base64') : SILENT_FRAME.base64;
    noiseFrames = Math.max(0, noiseFrames - 1);
    const timestamp = String(frames * FRAME_MS);
    send({ event: 'media', media: { track: 'inbound', chunk: String(frames + 1), timestamp, payload } });
    frames += 1;
  }

  socket.on('message', (data: Buffer, isBinary) => {
    const message = readOutbound(data, isBinary, streamSid);
    if (message.event === 'media') player.receive(message.audio);
    if (message.event === 'mark') echo(player.mark(message.name));
    if (message.event === 'clear') {
      clears += 1;
      echo(player.clear());
    }
  });
  socket.send(JSON.stringify({ event: 'connected', protocol: 'Call', version: '1.0.0' }));
  const mediaFormat = { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 };
  const start = { streamSid, accountSid, callSid, tracks: ['inbound'], mediaFormat, customParameters: {} };
  send({ event: 'start', start });
  const beganMs = performance.now();
  // A late tick is made up for, so that the line keeps real time.
  const ticking = setInterval(() => {
    while (frames * FRAME_MS < performance.now() - beganMs && socket.readyState === socket.OPEN) tick();
  }, FRAME_MS);

  return {
    callSid,
    ear,
    get clears() {
      return clears;
    },
    makeNoise(ms) {
      noiseFrames = Math.ceil(ms / FRAME_MS);
    },
    async [Symbol.asyncDispose]() {
      clearInterval(ticking);
      if (socket.readyState !== socket.OPEN) return;
      send({ event: 'stop', stop: { accountSid, callSid } });
      await once(socket, 'close');
    },
  };
}
