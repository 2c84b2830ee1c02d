/**
 * Twilio's media stream, as the gateway passes it on: `WS /media-stream/{businessId}/{routeToken}`.
 *
 * A token that is not ours, or not any more, is refused at the upgrade. A good token whose reservation is used or
 * unknown here is let in and closed with 1008, and so is a stream that turns out to be another call's. After that every
 * message is either understood or counted and ignored; nothing a peer sends ends the process.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { RouteToken } from '@frontdesk/contracts/media-bridge/route-token';
import { clearMessage, markMessage, mediaMessage, parseStreamMessage, type StreamMessage } from '@frontdesk/telephony';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Context } from '../context.ts';
import type { LiveCall, MediaLine } from '../store/live-call.ts';
import type { LiveCalls } from '../store/live-calls.ts';
import { MediaTap } from './media-tap.ts';
import { createMediaTrunks } from './media-trunk.ts';

const path = /^\/media-stream\/([^/?]+)\/([^/?]+)\/?$/;
const MAX_MESSAGE_BYTES = 256 * 1024;
/** Two seconds of audio in base64 in one frame; Twilio sends 20 ms. */
const MAX_PAYLOAD_BYTES = 22_000;
/** `start` follows the upgrade at once. */
const START_WITHIN_MS = 10_000;
/** A peer that reads nothing for minutes of audio is gone. */
const MAX_UNREAD_BYTES = 8 * 1024 * 1024;
const POLICY_VIOLATION = 1008;
const NORMAL = 1000;
const NOTHING = Buffer.alloc(0);

export interface MediaStreams {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): void;
}

export function serveMediaStreams(context: Context, calls: LiveCalls): MediaStreams {
  const { metrics, log, clock, routeTokens } = context;
  const trunks = createMediaTrunks(clock, log);
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: MAX_MESSAGE_BYTES });

  function accept(socket: WebSocket, tap: MediaTap, token: RouteToken): void {
    const call = calls.claim(token);
    // Without a listener a failing socket would end the process; what follows from it is the close event's.
    socket.on('error', (error) => log.info({ err: error, call_sid: token.callSid }, 'media socket error'));
    if (call === undefined) {
      metrics.streams.inc({ result: 'not_reserved' });
      log.warn({ call_sid: token.callSid }, 'media stream without a reservation');
      socket.close(POLICY_VIOLATION, 'no reservation');
      return;
    }
    carry(context, socket, tap, token, call);
  }

  return {
    upgrade(request, socket, head) {
      socket.on('error', (error) => log.debug({ err: error }, 'socket error at the upgrade'));
      if (trunks.accept(request, socket, head)) return;
      const url = request.url ?? '';
      const [, businessId, token = ''] = path.exec(url) ?? [];
      const verified = routeTokens.verify(token, clock.now());
      if (!url.startsWith('/media-stream')) {
        refuse(socket, '404 Not Found');
      } else if (!verified.ok || verified.payload.businessId !== businessId) {
        const result = verified.ok ? 'wrong_business' : verified.reason;
        metrics.streams.inc({ result });
        log.warn({ event: 'media_stream.refused', result }, 'media stream refused');
        refuse(socket, '403 Forbidden');
      } else {
        const { payload } = verified;
        const tap = new MediaTap(socket, (kind) => metrics.ignoredMedia.inc({ kind }));
        sockets.handleUpgrade(request, tap.rest, NOTHING, (accepted) => accept(accepted, tap, payload));
        trunks.join(request, socket, tap);
        tap.start(head);
      }
    },
    close() {
      trunks.close();
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}

const REFUSAL_TIMEOUT_MS = 1_000;

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
  // After an upgrade none of the server's timeouts applies: a peer that does not read would be kept for ever.
  setTimeout(() => socket.destroy(), REFUSAL_TIMEOUT_MS).unref();
}

/** Joins one accepted socket to its call. */
function carry(
  { metrics, log, clock }: Context,
  socket: WebSocket,
  tap: MediaTap,
  token: RouteToken,
  call: LiveCall,
): void {
  let streamSid: string | undefined;
  let finished = false;
  const starting = clock.after(START_WITHIN_MS, () => reject('no_start'));

  /** What still comes is not looked at. */
  function finish(): void {
    finished = true;
    tap.stopListening();
  }

  function reject(result: string): void {
    metrics.streams.inc({ result });
    log.warn({ event: 'media_stream.closed', result, call_sid: token.callSid }, 'media stream closed');
    finish();
    socket.close(POLICY_VIOLATION, result);
  }

  function send(frame: Buffer): void {
    if (socket.readyState !== socket.OPEN) return;
    tap.send(frame);
    if (tap.unsentBytes > MAX_UNREAD_BYTES) {
      metrics.audioDropped.inc({ to: 'twilio' });
      socket.terminate();
    }
  }

  function line(sid: string): MediaLine {
    return {
      play: (base64) => send(mediaMessage(sid, base64)),
      mark: (name) => send(markMessage(sid, name)),
      clear() {
        send(clearMessage(sid));
        // Much follows from an interruption, and the caller hears the receptionist until this is out.
        tap.flush();
      },
      close() {
        finish();
        socket.close(NORMAL);
      },
    };
  }

  /** @returns why it was ignored, when it was */
  function start(message: Extract<StreamMessage, { event: 'start' }>): string | undefined {
    if (streamSid !== undefined) return 'second_start';
    starting[Symbol.dispose]();
    if (message.start.callSid !== token.callSid) {
      reject('other_call');
      return undefined;
    }
    if (message.start.accountSid !== call.accountSid) {
      reject('other_account');
      return undefined;
    }
    streamSid = message.streamSid;
    tap.listen(streamSid, call.callerAudio, (message) => heard(message, false));
    metrics.streams.inc({ result: 'started' });
    log.info({ event: 'media_stream.started', call_sid: token.callSid }, 'media stream started');
    call.connect(line(streamSid));
    return undefined;
  }

  function hear(base64: Buffer, timestampMs: number): string | undefined {
    return call.callerAudio.frame(base64, 0, base64.length, timestampMs);
  }

  /** @returns why it was ignored, when it was */
  function receive(message: StreamMessage): string | undefined {
    if (message.event === 'connected') return undefined;
    if (message.event === 'start') return start(message);
    if (message.streamSid !== streamSid) return streamSid === undefined ? 'before_start' : 'other_stream';
    switch (message.event) {
      case 'media':
        if (message.media.track !== 'inbound') return 'outbound_track';
        if (message.media.payload.length > MAX_PAYLOAD_BYTES) return 'oversized';
        return hear(Buffer.from(message.media.payload), Number(message.media.timestamp));
      case 'mark':
        call.receive({ kind: 'mark', name: message.mark.name });
        return undefined;
      case 'dtmf':
        call.receive({ kind: 'dtmf', digit: message.dtmf.digit });
        return undefined;
      case 'stop':
        finish();
        call.receive({ kind: 'stream_stopped' });
        socket.close(NORMAL);
        return undefined;
      default:
        return message satisfies never;
    }
  }

  function understand(data: Buffer, isBinary: boolean): string | undefined {
    if (isBinary) return 'binary';
    const message = parseStreamMessage(data.toString());
    return message.event === 'unknown' || message.event === 'malformed' ? message.event : receive(message);
  }

  function heard(data: Buffer, isBinary: boolean): void {
    const ignored = finished ? undefined : understand(data, isBinary);
    if (ignored !== undefined) metrics.ignoredMedia.inc({ kind: ignored });
  }

  socket.on('message', heard);
  socket.on('close', (code) => {
    starting[Symbol.dispose]();
    log.info({ event: 'media_stream.ended', call_sid: token.callSid, code }, 'media stream ended');
    if (!finished && streamSid !== undefined) call.receive({ kind: 'stream_lost' });
  });
}
