/**
 * What everything is compared with, as a process: a relay between a media stream and a model that parses each message,
 * wraps it anew and sends it on, and does nothing else. No check, no token, no transcript, no mark, no tool.
 */
import { once } from 'node:events';
import { Session } from 'node:inspector/promises';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { readConfig, secret, text } from '@frontdesk/config';
import { WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import { serveParent } from './remote.ts';

const config = readConfig({ MODEL_URL: text(), API_KEY: secret(), MODEL_CA: text().optional() });
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });

server.on('connection', (caller) => {
  const model = new WebSocket(`${config.MODEL_URL}?model=relay`, {
    headers: { Authorization: `Bearer ${config.API_KEY}` },
    perMessageDeflate: false,
    ...(config.MODEL_CA === undefined ? {} : { ca: config.MODEL_CA }),
  });
  let streamSid = '';
  caller.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString());
    if (message.event === 'start') streamSid = message.streamSid;
    if (message.event !== 'media' || model.readyState !== WebSocket.OPEN) return;
    model.send(JSON.stringify({ type: 'input_audio_buffer.append', audio: message.media.payload }));
  });
  model.on('message', (data: Buffer) => {
    const event = JSON.parse(data.toString());
    switch (event.type) {
      case 'session.created':
        model.send(JSON.stringify({ type: 'session.update', session: { type: 'realtime' } }));
        return;
      case 'session.updated':
        model.send(JSON.stringify({ type: 'response.create' }));
        return;
      case 'response.output_audio.delta':
        caller.send(JSON.stringify({ event: 'media', streamSid, media: { payload: event.delta } }));
        return;
      case 'input_audio_buffer.speech_started':
        caller.send(JSON.stringify({ event: 'clear', streamSid }));
    }
  });
  for (const [socket, other] of [
    [caller, model],
    [model, caller],
  ] as const) {
    socket.on('error', () => other.terminate());
    socket.on('close', () => other.close());
  }
});
await once(server, 'listening');
const { port } = server.address() as AddressInfo;
serveParent({
  port: () => port,
  /** @returns the CPU profile of so many milliseconds */
  async profile(params) {
    const session = new Session();
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.start');
    await delay(z.number().parse(params));
    const { profile } = await session.post('Profiler.stop');
    session.disconnect();
    return profile;
  },
});
