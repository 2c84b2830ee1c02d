/**
 * The bridge's ends of media trunks (`media-trunk.ts` of contracts says what a trunk is). A gateway's trunk and the calls
 * that have a lane in it come in any order, and either may be gone before the other.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  MEDIA_TRUNK_PROTOCOL,
  mediaTrunkId,
  TRUNK_LANE_HEADER,
  TrunkReader,
  trunkLane,
} from '@frontdesk/contracts/media-bridge/media-trunk';
import type { Clock } from '@frontdesk/lifecycle';
import type { Logger } from '@frontdesk/observability';
import type { MediaTap } from './media-tap.ts';

const ACCEPTED = `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${MEDIA_TRUNK_PROTOCOL}\r\n\r\n`;
/** More gateways than any bridge has, and what they left half open. */
const MAX_TRUNKS = 256;
/** Silent for a minute at least: a gateway closes a trunk without calls sooner, and one whose machine is gone says nothing. */
const LOOK_EVERY_MS = 30_000;
const GONE_AFTER_LOOKS = 3;

export interface MediaTrunks {
  /** A call's socket was opened: what its lane in a trunk brings is its audio, until the socket is closed. */
  join(request: IncomingMessage, socket: Duplex, tap: MediaTap): void;
  /** @returns false when it is no trunk's upgrade, or cannot be accepted: nothing was done with the socket */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  close(): void;
}

export function createMediaTrunks(clock: Clock, log: Logger): MediaTrunks {
  const trunks = new Map<string, Duplex>();
  /** By trunk, whether or not it is there. */
  const calls = new Map<string, Map<number, MediaTap>>();

  function callsOf(trunkId: string): Map<number, MediaTap> {
    const known = calls.get(trunkId) ?? new Map<number, MediaTap>();
    calls.set(trunkId, known);
    return known;
  }

  /** Not by the socket's own timeout, which is set anew with every chunk that comes. */
  function watch(socket: Duplex): { heard(): void } {
    let silentLooks = 0;
    let looking = clock.after(LOOK_EVERY_MS, look);
    function look(): void {
      silentLooks += 1;
      if (silentLooks === GONE_AFTER_LOOKS) socket.destroy();
      else looking = clock.after(LOOK_EVERY_MS, look);
    }
    socket.once('close', () => looking[Symbol.dispose]());
    return {
      heard() {
        silentLooks = 0;
      },
    };
  }

  function forget(trunkId: string): void {
    if (callsOf(trunkId).size === 0 && !trunks.has(trunkId)) calls.delete(trunkId);
  }

  return {
    join(request, socket, tap) {
      const named = trunkLane.safeParse(request.headers[TRUNK_LANE_HEADER]);
      if (!named.success) return;
      const { trunkId, lane } = named.data;
      callsOf(trunkId).set(lane, tap);
      socket.once('close', () => {
        callsOf(trunkId).delete(lane);
        forget(trunkId);
      });
    },
    accept(request, socket, head) {
      const named = mediaTrunkId.safeParse(request.url);
      if (!named.success || trunks.has(named.data) || trunks.size >= MAX_TRUNKS) return false;
      const trunkId = named.data;
      const lanes = callsOf(trunkId);
      const reader = new TrunkReader((lane, bytes, from, to) => lanes.get(lane)?.fromTrunk(bytes, from, to));
      const { heard } = watch(socket);
      const read = (chunk: Buffer) => {
        heard();
        if (reader.push(chunk)) return;
        log.warn({ event: 'media_trunk.malformed' }, 'what came on a media trunk cannot be read');
        socket.destroy();
      };
      trunks.set(trunkId, socket);
      socket.write(ACCEPTED);
      if (head.length > 0) read(head);
      socket.on('data', read);
      // A gateway that goes is seen on the sockets of its calls.
      socket.once('end', () => socket.destroy());
      socket.once('close', () => {
        trunks.delete(trunkId);
        forget(trunkId);
      });
      return true;
    },
    close() {
      for (const socket of trunks.values()) socket.destroy();
    },
  };
}
