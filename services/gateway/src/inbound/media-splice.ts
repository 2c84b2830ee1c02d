/**
 * Two sockets joined: what comes from Twilio goes on as `uplink.ts` says; towards Twilio bytes pass in whole frames only,
 * so that when the bridge's side is lost at any byte, Twilio's side can be closed with a proper close frame and Twilio goes
 * on to the `<Redirect>`.
 *
 * Who closes whom: Twilio gone → the bridge's socket is destroyed. Bridge gone → close frame to Twilio (unless the
 * bridge had sent its own), then its socket is ended, and destroyed a second later. A bridge that is found dead is one
 * that is gone: `bridge.destroy()`.
 */
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Logger } from '@frontdesk/observability';
import { closeFrame, createFrameFollower } from '../domain/frame-follower.ts';
import type { Events } from '../events.ts';
import type { TrunkLane } from '../outbound/media-bridge/media-trunk.ts';
import { carryUp } from './uplink.ts';

/** A media frame is under 1 KiB, and a bridge sends at most some seconds of audio in one. */
const MAX_FRAME_BYTES = 1_048_576;
const MAX_RESPONSE_BYTES = 16_384;
/** RFC 6455: the server met a condition it did not expect. */
const BRIDGE_LOST = 1011;
/** The bridge was lost before it had accepted the upgrade. */
const BRIDGE_LOST_RESPONSE = 'HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';
const CLOSE_TIMEOUT_MS = 1_000;

export interface Splice {
  twilio: Duplex;
  bridge: Socket;
  trunk: TrunkLane;
  events: Events;
  log: Logger;
  /** The bridge has taken the socket. */
  onAccepted(): void;
}

export function splice({ twilio, bridge, trunk, events, log, onAccepted }: Splice): void {
  events.socketOpened();
  const follower = createFrameFollower(MAX_FRAME_BYTES);
  let stage: { at: 'response'; bytes: Buffer } | { at: 'frames' } | { at: 'refused' } = {
    at: 'response',
    bytes: Buffer.alloc(0),
  };

  carryUp(twilio, bridge, trunk);
  bridge.on('data', (chunk: Buffer) => {
    if (stage.at === 'frames') return forward(chunk);
    if (stage.at === 'refused') return void twilio.write(chunk);
    const bytes = Buffer.concat([stage.bytes, chunk]);
    const end = bytes.indexOf('\r\n\r\n') + 4;
    if (end < 4) {
      stage = { at: 'response', bytes };
      if (bytes.length > MAX_RESPONSE_BYTES) bridge.destroy(new Error('the bridge answered with too large a header'));
      return;
    }
    stage = { at: bytes.toString('latin1', 0, 12) === 'HTTP/1.1 101' ? 'frames' : 'refused' };
    twilio.write(bytes.subarray(0, end));
    if (stage.at === 'frames') {
      onAccepted();
      forward(bytes.subarray(end));
    } else twilio.write(bytes.subarray(end));
  });
  bridge.on('error', (error) => log.warn({ err: error }, 'bridge side of a media socket failed'));
  bridge.once('close', () => {
    if (stage.at === 'response' && twilio.writable) twilio.write(BRIDGE_LOST_RESPONSE);
    if (stage.at === 'frames' && !follower.closing() && twilio.writable) twilio.write(closeFrame(BRIDGE_LOST));
    twilio.end();
    setTimeout(() => twilio.destroy(), CLOSE_TIMEOUT_MS).unref();
  });
  twilio.once('close', () => {
    bridge.destroy();
    events.socketClosed();
  });

  function forward(chunk: Buffer): void {
    const followed = follower.push(chunk);
    if (followed.kind === 'too_large') {
      bridge.destroy(new Error('the bridge sent a frame over the bound'));
    } else if (followed.bytes.length > 0 && !twilio.write(followed.bytes)) {
      bridge.pause();
      twilio.once('drain', () => bridge.resume());
    }
  }
}
