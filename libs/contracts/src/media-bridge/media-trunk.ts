/**
 * The media trunk: what all callers between one gateway and one bridge say and have heard, on one connection. Every call
 * has a socket of its own besides, which carries everything else, and all of it whenever the trunk is not there.
 *
 *   gateway → bridge   GET /media-trunk/{trunkId}, Upgrade: frontdesk-media-trunk; once, when the first call goes there
 *   gateway → bridge   the upgrade of each call's own socket, with `Frontdesk-Trunk-Lane: {trunkId}/{lane}`
 *   on the trunk       records: lane (4 bytes), length (2), one whole WebSocket frame as Twilio sent it: `media` or `mark`
 *
 * A socket costs a system call for each frame, on both sides, and what a process knows of it has left the processor's
 * caches until the next frame comes. The trunk is written once for all frames that came at about the same time.
 *
 * A trunk's id is 128 random bits that its gateway made up: whoever knows none can say nothing into a call. Frames on the
 * trunk and messages on the call's own socket have no order between them: a frame before `start` or after `stop` is ignored.
 * A mark that `stop` overtakes in the last half millisecond is one that never came: the clock says how much was heard.
 */
import { z } from 'zod';

export const MEDIA_TRUNK_PROTOCOL = 'frontdesk-media-trunk';
export const TRUNK_LANE_HEADER = 'frontdesk-trunk-lane';
const id = '[0-9a-f]{32}';

export const mediaTrunkPath = (trunkId: string) => `/media-trunk/${trunkId}`;

/** A trunk's path. @returns its id */
export const mediaTrunkId = z
  .string()
  .regex(new RegExp(`^/media-trunk/${id}$`), 'must be the path of a media trunk')
  .transform((path) => path.slice(-32));

/** `{trunkId}/{lane}`, the lane a number of 32 bits. */
export const trunkLane = z
  .string()
  .regex(new RegExp(`^${id}/\\d{1,10}$`), 'must be a trunk and a lane')
  .transform((text) => ({ trunkId: text.slice(0, 32), lane: Number(text.slice(33)) }))
  .refine(({ lane }) => lane <= MOST_IN_32_BITS, 'must be a lane of 32 bits');

export const MOST_IN_32_BITS = 0xffff_ffff;
/** Twilio's frames of 20 ms have about 400. */
export const MAX_TRUNK_FRAME_BYTES = 4_096;
export const TRUNK_RECORD_HEADER_BYTES = 6;

/**
 * Writes the frame that lies in `bytes` from `from` to `to`.
 * @returns where the record ends in `target`
 */
export function writeTrunkRecord(
  target: Buffer,
  at: number,
  lane: number,
  bytes: Buffer,
  from: number,
  to: number,
): number {
  target.writeUInt32BE(lane, at);
  target.writeUInt16BE(to - from, at + 4);
  bytes.copy(target, at + TRUNK_RECORD_HEADER_BYTES, from, to);
  return at + TRUNK_RECORD_HEADER_BYTES + to - from;
}

/** Records out of a byte stream that may end anywhere. */
export class TrunkReader {
  readonly #take: (lane: number, bytes: Buffer, from: number, to: number) => void;
  #held: Buffer | undefined;

  /** @param take told where in what was pushed its frame lies: a view of it would be an object per frame */
  constructor(take: (lane: number, bytes: Buffer, from: number, to: number) => void) {
    this.#take = take;
  }

  /** @returns false when what came is no trunk's: nothing after it can be read */
  push(chunk: Buffer): boolean {
    const bytes = this.#held === undefined ? chunk : Buffer.concat([this.#held, chunk]);
    this.#held = undefined;
    let at = 0;
    while (at + TRUNK_RECORD_HEADER_BYTES <= bytes.length) {
      const length = bytes.readUInt16BE(at + 4);
      if (length > MAX_TRUNK_FRAME_BYTES) return false;
      const from = at + TRUNK_RECORD_HEADER_BYTES;
      if (from + length > bytes.length) break;
      this.#take(bytes.readUInt32BE(at), bytes, from, from + length);
      at = from + length;
    }
    if (at < bytes.length) this.#held = bytes.subarray(at);
    return true;
  }
}
