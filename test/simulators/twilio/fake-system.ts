/** Stands for the system under test in the simulator's own tests: an HTTP server and a media socket that do as told. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { systemClock } from '@frontdesk/lifecycle';
import { type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import { encodeSpeech } from '../speech/speech.ts';
import { type TwilioControl, twilioControl } from './control-client.ts';
import type { CallReport } from './report.ts';
import { startTwilioSimulator, type TwilioSimulator } from './simulator.ts';

export const ACCOUNT_SID = `AC${'1'.repeat(32)}`;
export const AUTH_TOKEN = 'token-of-the-simulated-account';
export const PUBLIC_URL = 'https://frontdesk.test';

export interface SeenRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  params: Record<string, string>;
}

export interface Answer {
  status?: number;
  type?: string;
  body?: string;
  delayMs?: number;
}

export interface StreamPeer {
  socket: WebSocket;
  streamSid: string;
  headers: IncomingHttpHeaders;
  path: string;
  /** Every message but `media`. */
  messages: Record<string, unknown>[];
  media: { chunk: string; timestamp: string; payload: string; sequenceNumber: string }[];
  say(text: string): void;
  send(message: object): void;
}

export interface FakeSystem extends AsyncDisposable {
  readonly twilio: TwilioSimulator;
  readonly requests: SeenRequest[];
  readonly streams: StreamPeer[];
  readonly control: TwilioControl;
  /** Places a call and returns its sid. */
  call(order: CallWishes): Promise<string>;
  /** Places a call and waits for its end. */
  callToEnd(order: CallWishes): Promise<CallReport>;
}

type CallWishes = Partial<Parameters<TwilioControl['placeCall']>[0]>;

export function xml(inside: string): Answer {
  return { type: 'text/xml', body: `<?xml version="1.0" encoding="UTF-8"?><Response>${inside}</Response>` };
}

const mediaFrame = z.object({
  sequenceNumber: z.string(),
  media: z.object({ chunk: z.string(), timestamp: z.string(), payload: z.string() }),
});

export async function startFakeSystem(options: {
  answer: (request: SeenRequest, nth: number) => Answer | Promise<Answer>;
  onStart?: (peer: StreamPeer) => void;
  refuseUpgradeWith?: number;
  /** How many times faster than life the simulator's lines run. Its HTTP limits stay as they are. */
  speed?: number;
}): Promise<FakeSystem> {
  const { speed = 1 } = options;
  const requests: SeenRequest[] = [];
  const streams: StreamPeer[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (data: Buffer) => {
      body += data.toString('utf8');
    });
    request.on('end', async () => {
      const seen = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        params: Object.fromEntries(new URLSearchParams(body)),
      };
      requests.push(seen);
      const nth = requests.filter((earlier) => earlier.path === seen.path).length;
      const answer = await options.answer(seen, nth);
      if (answer.delayMs) await new Promise((resolve) => setTimeout(resolve, answer.delayMs));
      response.statusCode = answer.status ?? (answer.body === undefined ? 204 : 200);
      if (answer.type) response.setHeader('content-type', answer.type);
      response.end(answer.body ?? '');
    });
  });

  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    if (options.refuseUpgradeWith !== undefined) {
      socket.end(`HTTP/1.1 ${options.refuseUpgradeWith} Refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (opened) => {
      const peer = createPeer(opened, request.headers, request.url ?? '');
      streams.push(peer);
      opened.on('message', (data) => {
        const message = z.record(z.string(), z.unknown()).parse(JSON.parse(String(data)));
        if (message.event === 'media') {
          const { sequenceNumber, media } = mediaFrame.parse(message);
          peer.media.push({ sequenceNumber, ...media });
          return;
        }
        peer.messages.push(message);
        if (message.event !== 'start') return;
        peer.streamSid = z.object({ streamSid: z.string() }).parse(message).streamSid;
        options.onStart?.(peer);
      });
    });
  });
  const address = await new Promise<unknown>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(server.address()));
  });
  const { port } = z.object({ port: z.number() }).parse(address);

  const twilio = await startTwilioSimulator({
    accountSid: ACCOUNT_SID,
    authToken: AUTH_TOKEN,
    publicHosts: { [PUBLIC_URL]: `http://127.0.0.1:${port}` },
    clock: {
      now: systemClock.now,
      monotonicMs: () => systemClock.monotonicMs() * speed,
      after: (ms, fn) => systemClock.after(ms / speed, fn),
    },
  });

  const control = twilioControl(twilio.url);

  function call(order: CallWishes): Promise<string> {
    return control.placeCall({
      from: '+13125550142',
      to: '+13125550100',
      voiceUrl: `${PUBLIC_URL}/voice`,
      streamSetupMs: 0,
      caller: { steps: [] },
      ...order,
    });
  }

  return {
    twilio,
    requests,
    streams,
    call,
    control,
    callToEnd: async (order) => control.ended(await call(order), 25_000),
    async [Symbol.asyncDispose]() {
      await twilio[Symbol.asyncDispose]();
      for (const { socket } of streams) socket.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function createPeer(socket: WebSocket, headers: IncomingHttpHeaders, path: string): StreamPeer {
  const peer: StreamPeer = {
    socket,
    streamSid: '',
    headers,
    path,
    messages: [],
    media: [],
    say(text) {
      const payload = Buffer.from(encodeSpeech(text).audio).toString('base64');
      peer.send({ event: 'media', streamSid: peer.streamSid, media: { payload } });
    },
    send: (message) => socket.send(JSON.stringify(message)),
  };
  return peer;
}
