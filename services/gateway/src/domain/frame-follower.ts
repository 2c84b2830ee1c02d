/**
 * Follows the frames of a WebSocket byte stream without touching them (RFC 6455 §5.2).
 *
 * The gateway splices Twilio's socket to a bridge's. Bytes towards Twilio pass in whole frames only, so that when the
 * bridge dies at any byte, the next thing Twilio gets can be a close frame at a frame boundary: in the middle of a frame
 * it would see an abnormal closure (1006) instead, and what it does then is undocumented.
 *
 * Invariants: the bytes that come out are the bytes that went in, in order; everything that has come out ends at a frame
 * boundary; no more than `maxFrameBytes` plus one chunk is ever held back.
 */
import { frameSize, NEED_MORE } from '@frontdesk/websocket';

export type Followed =
  | { readonly kind: 'forward'; readonly bytes: Buffer }
  | { readonly kind: 'too_large'; readonly frameBytes: number };

export interface FrameFollower {
  /** Takes what arrived and returns what may pass; an empty buffer when no frame is complete yet. */
  push(chunk: Buffer): Followed;
  /** A close frame has passed: the peers are saying goodbye by themselves. */
  closing(): boolean;
}

const OPCODE_CLOSE = 8;

export function createFrameFollower(maxFrameBytes: number): FrameFollower {
  let held: Buffer = Buffer.alloc(0);
  let closing = false;
  return {
    closing: () => closing,
    push(chunk) {
      const bytes = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      let end = 0;
      for (;;) {
        const size = frameSize(bytes, end);
        if (size > maxFrameBytes) return { kind: 'too_large', frameBytes: size };
        if (size === NEED_MORE || end + size > bytes.length) break;
        closing ||= ((bytes[end] ?? 0) & 0x0f) === OPCODE_CLOSE;
        end += size;
      }
      held = end === bytes.length ? Buffer.alloc(0) : bytes.subarray(end);
      return { kind: 'forward', bytes: bytes.subarray(0, end) };
    },
  };
}

/** An unmasked close frame, as a server sends it. */
export function closeFrame(code: number): Buffer {
  const frame = Buffer.from([0x88, 2, 0, 0]);
  frame.writeUInt16BE(code, 2);
  return frame;
}
