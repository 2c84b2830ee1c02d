/**
 * What comes from Twilio, on its way to the bridge: the caller's audio, and the marks that say what they have heard, along
 * the trunk; everything else, and what the trunk does not take, byte for byte through the call's own socket.
 */
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createMediaLane, looksLikeMark, looksLikeMedia } from '@frontdesk/telephony';
import type { FrameLaneEnds } from '@frontdesk/websocket';
import type { TrunkLane } from '../outbound/media-bridge/media-trunk.ts';

class Uplink implements FrameLaneEnds {
  readonly #twilio: Duplex;
  readonly #bridge: Socket;
  readonly #trunk: TrunkLane;

  constructor(twilio: Duplex, bridge: Socket, trunk: TrunkLane) {
    this.#twilio = twilio;
    this.#bridge = bridge;
    this.#trunk = trunk;
  }

  take(bytes: Buffer, from: number, to: number): boolean {
    const isTrunks = looksLikeMedia(bytes, from, to) || looksLikeMark(bytes, from, to);
    return isTrunks && this.#trunk.send(bytes, from, to);
  }

  pass(bytes: Buffer): void {
    if (!this.#bridge.write(bytes)) this.#twilio.pause();
  }
}

/** Until either side ends. */
export function carryUp(twilio: Duplex, bridge: Socket, trunk: TrunkLane): void {
  const lane = createMediaLane(new Uplink(twilio, bridge, trunk));
  twilio.on('data', (chunk: Buffer) => lane.push(chunk));
  twilio.once('end', () => {
    lane.end();
    bridge.end();
  });
  bridge.on('drain', () => twilio.resume());
}
