/** The door of `/v1/realtime`: who may open a session, and how the others are turned away. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import type { Behaviour } from '../behaviour.ts';
import type { Faults, SessionFault } from '../faults.ts';
import type { Scripts } from '../script.ts';
import type { SessionRecord } from './record.ts';
import type { Pace } from './response.ts';
import { openSession, type Session } from './session.ts';

export interface RealtimeOptions {
  apiKey: string;
  pace: Pace;
  transcriptionDelayMs: number;
  maxSessionMs: number;
  behaviour(): Behaviour;
  faults: Faults;
  scripts: Scripts;
}

export interface RealtimeEndpoint {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Makes a fault happen to every session it fits, now. */
  suffer(fault: SessionFault): void;
  /** Sessions open and over, oldest first; the oldest ones are forgotten. */
  readonly records: readonly SessionRecord[];
  close(): void;
}

const MAX_RECORDS = 300;
const MODELS = /^gpt-(realtime|audio)(-[a-z0-9.-]+)?$/;

export function createRealtimeEndpoint(options: RealtimeOptions): RealtimeEndpoint {
  // Pings are answered by hand, so that a stalled session can be silent.
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, autoPong: false });
  const open = new Set<Session>();
  const records: SessionRecord[] = [];

  function serve(socket: WebSocket, request: IncomingMessage, model: string): void {
    if (request.headers['openai-beta'] !== undefined) {
      socket.close(4000, 'invalid_request_error.beta_api_shape_disabled');
      return;
    }
    const session = openSession({
      ...options,
      model,
      send: (event) => socket.send(JSON.stringify(event)),
      close: (code, reason) => socket.close(code, reason),
      drop: () => socket.terminate(),
    });
    open.add(session);
    records.push(session.record);
    if (records.length > MAX_RECORDS) records.shift();
    socket.on('message', (data) => session.onMessage(String(data)));
    socket.on('ping', (data) => {
      if (!session.stalled && socket.readyState === WebSocket.OPEN) socket.pong(data);
    });
    // A client that vanishes resets its connection; the close that follows says all there is to say.
    socket.on('error', () => socket.terminate());
    socket.on('close', (code) => {
      open.delete(session);
      session.onClosed(code);
    });
  }

  return {
    upgrade(request, socket, head) {
      const url = new URL(request.url ?? '/', 'http://localhost');
      const model = url.searchParams.get('model');
      const refused = options.faults.takeRefusal('realtime');
      if (refused) return refuse(socket, refused.status, refused.code ?? codeOf(refused.status), 'Refused on demand.');
      if (url.pathname !== '/v1/realtime') return refuse(socket, 404, null, 'Invalid URL.');
      if (request.headers.authorization !== `Bearer ${options.apiKey}`) {
        return refuse(socket, 401, 'invalid_api_key', 'Incorrect API key provided.');
      }
      if (model === null) return refuse(socket, 400, 'missing_model', 'You must provide a model parameter.');
      if (!MODELS.test(model)) return refuse(socket, 404, 'model_not_found', `The model '${model}' does not exist.`);
      sockets.handleUpgrade(request, socket, head, (opened) => serve(opened, request, model));
    },
    suffer(fault) {
      for (const session of open) session.suffer(fault);
    },
    records,
    close() {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}

function codeOf(status: number): string {
  if (status === 401) return 'invalid_api_key';
  return status === 429 ? 'rate_limit_exceeded' : 'server_error';
}

function refuse(socket: Duplex, status: number, code: string | null, message: string): void {
  const type = status >= 500 ? 'server_error' : 'invalid_request_error';
  const body = JSON.stringify({ error: { message, type, param: null, code } });
  socket.end(
    `HTTP/1.1 ${status} Refused\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
