/**
 * What comes from Twilio, on its way to the bridge: the caller's audio along the trunk, everything else, and audio that
 * the trunk does not take, byte for byte through the call's own socket.
 */
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { looksLikeMedia, MediaLane, type MediaLaneEnds } from '@frontdesk/telephony';
import type { TrunkLane } from '../outbound/media-bridge/media-trunk.ts';

class Uplink implements MediaLaneEnds {
  readonly #twilio: Duplex;
  readonly #bridge: Socket;
  readonly #trunk: TrunkLane;

  constructor(twilio: Duplex, bridge: Socket, trunk: TrunkLane) {
    this.#twilio = twilio;
    this.#bridge = bridge;
    this.#trunk = trunk;
  }

  take(bytes: Buffer, from: number, to: number): boolean {
    return looksLikeMedia(bytes, from, to) && this.#trunk.send(bytes, from, to);
  }

  pass(bytes: Buffer): void {
    if (!this.#bridge.write(bytes)) this.#twilio.pause();
  }
}

/** Until either side ends. */
export function carryUp(twilio: Duplex, bridge: Socket, trunk: TrunkLane): void {
  const lane = new MediaLane(new Uplink(twilio, bridge, trunk));
  twilio.on('data', (chunk: Buffer) => lane.push(chunk));
  twilio.once('end', () => {
    lane.end();
    bridge.end();
  });
  bridge.on('drain', () => twilio.resume());
}
