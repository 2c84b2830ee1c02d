/**
 * The socket to the model, and nothing else: messages in become parsed events, events out become messages. What they
 * mean for a call is decided by whoever opened it.
 *
 * Invariants
 * - C1. `onClose` is called exactly once for an opened connection, whatever ended it; no event follows it.
 * - C2. Nothing is sent beyond `maxBufferedBytes` of unsent data: `send` says false, and the caller decides.
 * - C3. A peer that has gone silent (a lost node sends no FIN) is noticed within four beats.
 *
 * Gotchas
 * - No `OpenAI-Beta` header: with it the server closes with 4000.
 * - A session cannot be resumed. A new connection starts with an empty conversation.
 * - The first event, `session.created`, may arrive before the returned promise resolves: `onEvent` sees it anyway.
 * - Caller audio goes past the library, straight to its socket, as finished frames. The library writes whole frames at once,
 *   too (it would not with compression, which is off), so the two never mix; once it has closed, nothing is sent past it.
 * - What the server says does so, too, but for handshake, control frames and what is unusual (`frame-lane.ts` of websocket).
 *   The library does not mind being given more after a close frame or an error of its own.
 */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { FrameLane, type FrameLaneEnds, UNMASKED_HEADER_BYTES } from '@frontdesk/websocket';
import { WebSocket } from 'ws';
import { appendFrame, reuseFrame } from './audio-append.ts';
import type { ClientEvent } from './client-events.ts';
import { connectFailure, RealtimeConnectError } from './errors.ts';
import { eventTypeOf, startOf } from './event-type.ts';
import { parseServerMessage, readDelta, type ServerEvent, type UnknownEvent } from './server-events.ts';

export interface RealtimeOptions {
  /** `wss://…/v1/realtime`, without a query. */
  url: string;
  apiKey: string;
  model: string;
  connectTimeoutMs: number;
  onEvent: (event: ServerEvent | UnknownEvent) => void;
  /** Whether `onEvent` has a use for events of this type now: others are dropped without being read. */
  wants?: (type: string) => boolean;
  /** A message that is not what its type says. `reason` names paths, never content. */
  onMalformed?: (reason: string) => void;
  onClose: (end: ConnectionEnd) => void;
  /** A PEM certificate authority to trust in place of the public ones. */
  ca?: string;
  /** 1 MiB when absent: some two minutes of telephone audio. */
  maxBufferedBytes?: number;
}

export interface ConnectionEnd {
  /** `closed`: by the server or by us. `silent`: no sign of life. `failed`: the network. */
  cause: 'closed' | 'silent' | 'failed';
  /** WebSocket close code; 1006 without a close frame. */
  code: number;
  reason: string;
}

export interface RealtimeConnection {
  /** @returns false when it was not sent: the connection is over, or too much is unsent already */
  send(event: ClientEvent): boolean;
  /** Appends caller audio in the session's input format: its base64 lies in `bytes`, and is copied through untouched. */
  appendAudio(bytes: Uint8Array, from: number, to: number): boolean;
  /**
   * To be called about every second. A peer that said nothing for a whole beat is asked for a sign of life, and given up
   * when two more bring none.
   */
  beat(): void;
  close(): void;
  readonly bufferedBytes: number;
  /** Events of unknown types and messages that did not parse, so far. */
  readonly counts: { readonly unknown: number; readonly malformed: number };
}

const MAX_ERROR_BODY_BYTES = 4096;
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
/** Several seconds of audio in one piece; longer messages are rare, and better waited for by the library. */
const MAX_READ_PAST_BYTES = 64 * 1024;
const ERROR_BODY_TIMEOUT_MS = 1_000;
const CLOSE_TIMEOUT_MS = 2_000;
const ERROR_CODE = /"code"\s*:\s*"([a-z_]{1,64})"/;

interface Counts {
  unknown: number;
  malformed: number;
}

const ASKED_AFTER_BEATS = 1;
const LOST_AFTER_BEATS = 3;

/** Shared by whoever hears the peer and whoever doubts it. */
interface Life {
  heard: boolean;
}

/**
 * Opens a session.
 * @throws RealtimeConnectError, which says whether another attempt makes sense
 */
export function openRealtime(options: RealtimeOptions): Promise<RealtimeConnection> {
  const url = new URL(options.url);
  url.searchParams.set('model', options.model);
  const socket = new WebSocket(url, {
    headers: { Authorization: `Bearer ${options.apiKey}` },
    handshakeTimeout: options.connectTimeoutMs,
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE_BYTES,
    ...(options.ca === undefined ? {} : { ca: options.ca }),
  });
  const counts: Counts = { unknown: 0, malformed: 0 };
  const { wants } = options;
  const life: Life = { heard: true };

  function read(message: Buffer, from: number, to: number): void {
    life.heard = true;
    const start = startOf(message, from, to);
    const type = eventTypeOf(start);
    if (type !== undefined && wants !== undefined && !wants(type)) return;
    const delta = readDelta(type, start, message, from, to);
    if (delta !== undefined) {
      options.onEvent(delta);
      return;
    }
    const parsed = parseServerMessage(message.toString('utf8', from, to));
    if (parsed.kind === 'malformed') {
      counts.malformed += 1;
      options.onMalformed?.(parsed.reason);
      return;
    }
    if (parsed.event.type === 'unknown') counts.unknown += 1;
    options.onEvent(parsed.event);
  }

  socket.on('message', (data: Buffer) => read(data, 0, data.length));

  return new Promise((resolve, reject) => {
    let refused = false;
    socket.once('unexpected-response', (_request, reply) => {
      refused = true;
      void refusal(reply)
        .then(reject)
        .finally(() => socket.terminate());
    });
    socket.on('error', (error) => {
      // Giving up a refused handshake is an error event of its own; the refusal says more.
      if (refused) return;
      const timedOut = error.message.includes('timed out');
      const failure = timedOut ? 'timeout' : 'network';
      reject(new RealtimeConnectError(failure, `no connection to the model: ${error.message}`, { cause: error }));
    });
    socket.once('upgrade', ({ socket: line }) => {
      socket.once('open', () => {
        readPast(socket, line, read);
        resolve(new Connection(socket, line, options, counts, life));
      });
    });
  });
}

/**
 * Stands between the socket and the library: messages of the usual sizes are read where they lie, and the library's own
 * listener has the rest.
 */
function readPast(socket: WebSocket, line: Socket, read: (message: Buffer, from: number, to: number) => void): void {
  const [library] = line.listeners('data');
  if (library === undefined) throw new Error('the library does not listen to its socket');
  line.removeAllListeners('data');
  const ends: FrameLaneEnds = {
    take(bytes, from, to) {
      // It knows best when what comes must not be read any more.
      if (socket.readyState !== WebSocket.OPEN) return false;
      read(bytes, from + UNMASKED_HEADER_BYTES, to);
      return true;
    },
    pass: (bytes) => void Reflect.apply(library, line, [bytes]),
  };
  const lane = new FrameLane(ends, { masked: false, maxBytes: MAX_READ_PAST_BYTES });
  line.on('data', (chunk: Buffer) => lane.push(chunk));
}

/** The server's answer in place of an upgrade, as an error. */
async function refusal(reply: IncomingMessage): Promise<RealtimeConnectError> {
  let body = '';
  const tooLong = setTimeout(() => reply.destroy(), ERROR_BODY_TIMEOUT_MS);
  reply.setEncoding('utf8');
  try {
    for await (const chunk of reply) {
      body += String(chunk);
      if (body.length > MAX_ERROR_BODY_BYTES) break;
    }
  } catch (error) {
    // The status is what counts; it may come without the rest.
    body = error instanceof Error ? '' : body;
  } finally {
    clearTimeout(tooLong);
  }
  const status = reply.statusCode ?? 0;
  const code = ERROR_CODE.exec(body)?.[1] ?? null;
  return new RealtimeConnectError(connectFailure(status), `the model refused the connection with ${status}`, { code });
}

class Connection implements RealtimeConnection {
  readonly counts: Counts;
  readonly #socket: WebSocket;
  readonly #line: Socket;
  readonly #maxBufferedBytes: number;
  readonly #life: Life;
  #silentBeats = 0;
  #cause: ConnectionEnd['cause'] = 'closed';
  #closing: NodeJS.Timeout | undefined;

  constructor(socket: WebSocket, line: Socket, options: RealtimeOptions, counts: Counts, life: Life) {
    this.counts = counts;
    this.#socket = socket;
    this.#line = line;
    this.#maxBufferedBytes = options.maxBufferedBytes ?? 1024 * 1024;
    this.#life = life;

    socket.on('pong', () => {
      life.heard = true;
    });
    socket.on('error', () => {
      this.#cause = 'failed';
    });
    socket.once('close', (code, reason) => {
      clearTimeout(this.#closing);
      options.onClose({ cause: this.#cause, code, reason: reason.toString() });
    });
  }

  beat(): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    this.#silentBeats = this.#life.heard ? 0 : this.#silentBeats + 1;
    this.#life.heard = false;
    if (this.#silentBeats === ASKED_AFTER_BEATS) this.#socket.ping();
    if (this.#silentBeats < LOST_AFTER_BEATS) return;
    this.#cause = 'silent';
    this.#socket.terminate();
  }

  send(event: ClientEvent): boolean {
    if (!this.#isSendable()) return false;
    this.#socket.send(JSON.stringify(event));
    return true;
  }

  appendAudio(bytes: Uint8Array, from: number, to: number): boolean {
    if (!this.#isSendable()) return false;
    const frame = appendFrame(bytes, from, to);
    if (frame === undefined) return false;
    this.#line.write(frame);
    // The system has a copy of it, as nearly always; what it did not take is written later, from the frame itself.
    if (this.#line.writableLength === 0) reuseFrame(frame);
    return true;
  }

  close(): void {
    if (this.#socket.readyState === WebSocket.CLOSED || this.#closing) return;
    this.#closing = setTimeout(() => this.#socket.terminate(), CLOSE_TIMEOUT_MS);
    this.#closing.unref();
    this.#socket.close(1000);
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  #isSendable(): boolean {
    return this.#socket.readyState === WebSocket.OPEN && this.#line.writableLength <= this.#maxBufferedBytes;
  }
}
