/**
 * Twilio's end of one bidirectional media stream.
 *
 * Exchange: a signed upgrade; `connected`, `start`; the caller's voice in 20 ms frames; audio, marks and clears back;
 * `stop` and a close when Twilio ends it, only the close when the system does.
 *
 * Invariant: it neither knows nor sets the pace. The line asks it every 20 ms for a frame to play and gives it one to
 * send.
 */
import { WebSocket } from 'ws';
import { FRAME_MS, type VoiceFrame } from './frames.ts';
import { readOutbound } from './media-inbound.ts';
import { createPlayer } from './player.ts';
import type { FindHost } from './public-hosts.ts';
import type { CallFaults } from './script.ts';
import { signature, signedUrl } from './signing.ts';
import { TwilioError } from './twiml-error.ts';

const CONNECT_TIMEOUT_MS = 5_000;
const CLOSE_TIMEOUT_MS = 2_000;
/** Beyond this the other side does not read; a real network would drop the frames too. */
const MAX_UNSENT_BYTES = 1_000_000;

export interface StreamIdentity {
  streamSid: string;
  callSid: string;
  accountSid: string;
  parameters: Record<string, string>;
}

export interface StreamEvents {
  onStart(): void;
  onAudio(): void;
  onClear(): void;
  onMarkReturned(): void;
  /** A warning; each kind comes once. */
  onError(error: TwilioError): void;
}

export type StreamEnd = { by: 'us' | 'server' | 'abrupt'; code: number } | { by: 'refused'; error: TwilioError };

export interface MediaStream {
  /** The next 20 ms for the caller's ear; valid until the next call. */
  play(): Uint8Array;
  /** The next 20 ms of the caller's voice; false when there is nobody to send them to. */
  send(frame: VoiceFrame): boolean;
  pressKey(digit: string): void;
  /** Twilio ends the stream: the call is over or goes elsewhere. */
  stop(): void;
  readonly ended: Promise<StreamEnd>;
}

export function openMediaStream(options: {
  url: string;
  identity: StreamIdentity;
  authToken: string;
  faults: CallFaults;
  findHost: FindHost;
  events: StreamEvents;
}): MediaStream {
  const { identity, events } = options;
  const { streamSid } = identity;
  const player = createPlayer();
  const { promise: ended, resolve: end } = Promise.withResolvers<StreamEnd>();
  const warned = new Set<string>();
  let socket: WebSocket | undefined;
  let sequence = 0;
  let chunk = 0;
  let started = false;
  let stopping = false;

  // Written out by hand: this text is made fifty times a second for every call.
  const mediaHead = `","streamSid":"${streamSid}","media":{"track":"inbound","chunk":"`;

  function sendJson(message: Record<string, unknown>): void {
    sequence += 1;
    const { event, ...rest } = message;
    socket?.send(JSON.stringify({ event, sequenceNumber: String(sequence), streamSid, ...rest }));
  }

  function returnMarks(names: string[]): void {
    for (const name of names) {
      sendJson({ event: 'mark', mark: { name } });
      events.onMarkReturned();
    }
  }

  function onOpen(): void {
    const { callSid, accountSid, parameters } = identity;
    socket?.send(JSON.stringify({ event: 'connected', protocol: 'Call', version: '1.0.0' }));
    const mediaFormat = { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 };
    const start = { accountSid, streamSid, callSid, tracks: ['inbound'], mediaFormat, customParameters: parameters };
    sendJson({ event: 'start', start });
    started = true;
    events.onStart();
  }

  function onMessage(data: Buffer, isBinary: boolean): void {
    try {
      const message = readOutbound(data, isBinary, streamSid);
      if (message.event === 'mark') returnMarks(player.mark(message.name));
      else if (message.event === 'clear') {
        events.onClear();
        returnMarks(player.clear());
      } else {
        events.onAudio();
        if (!player.receive(message.audio)) throw new TwilioError(31951, 'more than ten minutes of audio are waiting');
      }
    } catch (error) {
      if (!(error instanceof TwilioError)) throw error;
      if (!warned.has(error.message)) events.onError(error);
      warned.add(error.message);
    }
  }

  function connect(locals: string[], host: string): void {
    const [local = '', ...others] = locals;
    const target = new URL(options.url);
    const signed = signature(
      options.authToken,
      signedUrl(options.url) + (options.faults.upgradeSignedWithSlash ? '/' : ''),
      {},
      options.faults,
    );
    const address = local.replace(/^http/, 'ws') + target.pathname;
    const opened = new WebSocket(address, {
      headers: { Host: host, 'User-Agent': 'Twilio.TmeWs/1.0', ...(signed ? { 'X-Twilio-Signature': signed } : {}) },
      handshakeTimeout: CONNECT_TIMEOUT_MS,
      maxPayload: 1_000_000,
    });
    socket = opened;
    opened.on('open', onOpen);
    opened.on('message', (data: Buffer, isBinary) => onMessage(data, isBinary));
    opened.on('unexpected-response', (request, response) => {
      request.destroy();
      end({ by: 'refused', error: new TwilioError(31920, `handshake answered ${response.statusCode}`) });
    });
    opened.on('error', (error) => {
      const code = 'code' in error ? String(error.code) : '';
      if (started && code.startsWith('WS_ERR')) events.onError(new TwilioError(31924, `protocol error: ${code}`));
      if (started) return;
      if (others.length > 0 && code === 'ECONNREFUSED') connect(others, host);
      else end({ by: 'refused', error: connectError(code, error.message) });
    });
    opened.on('close', (code) => {
      if (started) end({ by: stopping ? 'us' : code === 1006 ? 'abrupt' : 'server', code });
    });
  }

  const reach = options.findHost(new URL(options.url.replace(/^wss:/, 'https:')));
  if (reach) connect(reach.locals, reach.host);
  else end({ by: 'refused', error: new TwilioError(31902, 'nobody has this name') });

  return {
    ended,
    play() {
      if (!started) return player.play().frame;
      const { frame, marks } = player.play();
      if (marks.length > 0) returnMarks(marks);
      return frame;
    },
    send(frame) {
      if (!started || stopping || socket?.readyState !== WebSocket.OPEN) return false;
      sequence += 1;
      chunk += 1;
      if (socket.bufferedAmount > MAX_UNSENT_BYTES) return false;
      socket.send(
        `{"event":"media","sequenceNumber":"${sequence}${mediaHead}${chunk}","timestamp":"${chunk * FRAME_MS}","payload":"${frame.base64}"}}`,
      );
      return true;
    },
    pressKey(digit) {
      if (started && !stopping) sendJson({ event: 'dtmf', dtmf: { track: 'inbound_track', digit } });
    },
    stop() {
      if (stopping) return;
      stopping = true;
      if (!started || socket === undefined) {
        socket?.terminate();
        end({ by: 'us', code: 1006 });
        return;
      }
      const { accountSid, callSid } = identity;
      sendJson({ event: 'stop', stop: { accountSid, callSid } });
      socket.close(1000);
      const closing = socket;
      setTimeout(() => closing.terminate(), CLOSE_TIMEOUT_MS).unref();
      end({ by: 'us', code: 1000 });
    },
  };
}

function connectError(code: string, message: string): TwilioError {
  if (code === 'ECONNREFUSED') return new TwilioError(31902, 'connection refused');
  if (/TLS|SSL|CERT/.test(code)) return new TwilioError(31910, `TLS failed: ${message}`);
  if (/timed out/i.test(message)) return new TwilioError(31901, 'connection timed out');
  return new TwilioError(31924, `WebSocket protocol error: ${message}`);
}
