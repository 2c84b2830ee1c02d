/**
 * Twilio's playback buffer: audio in as fast as it comes, out at one frame per tick. A mark is returned when everything
 * received before it was played; `clear` throws the rest away and returns every mark that was waiting.
 */
import { FRAME_BYTES, SILENCE } from './frames.ts';

/** Ten minutes. How deep Twilio's buffer is nobody documents; a sender that gets here never stops. */
export const MAX_BUFFERED_BYTES = 10 * 60 * 8000;

export interface Player {
  /** Takes audio; false when the buffer is full. */
  receive(audio: Uint8Array): boolean;
  /** Takes a mark; returns it at once when nothing waits to be played. */
  mark(name: string): string[];
  clear(): string[];
  /** The next 20 ms, valid until the next call, and the marks that became due by playing them. */
  play(): { frame: Uint8Array; marks: string[] };
  readonly bufferedBytes: number;
}

const NO_MARKS: string[] = [];
const NOTHING = { frame: SILENCE, marks: NO_MARKS };

export function createPlayer(): Player {
  let chunks: Uint8Array[] = [];
  let offset = 0;
  let received = 0;
  let played = 0;
  let marks: { name: string; position: number }[] = [];
  const joined = new Uint8Array(FRAME_BYTES);

  function take(): Uint8Array {
    const first = chunks[0] ?? SILENCE;
    if (first.length - offset > FRAME_BYTES) {
      const frame = first.subarray(offset, offset + FRAME_BYTES);
      offset += FRAME_BYTES;
      return frame;
    }
    let filled = 0;
    while (filled < FRAME_BYTES) {
      const chunk = chunks[0];
      if (chunk === undefined) break;
      const part = chunk.subarray(offset, offset + FRAME_BYTES - filled);
      joined.set(part, filled);
      filled += part.length;
      offset += part.length;
      if (offset === chunk.length) {
        chunks.shift();
        offset = 0;
      }
    }
    return joined.fill(0xff, filled);
  }

  function due(): string[] {
    if (marks[0] === undefined || marks[0].position > played) return NO_MARKS;
    const names = marks.filter((mark) => mark.position <= played).map((mark) => mark.name);
    marks = marks.slice(names.length);
    return names;
  }

  return {
    receive(audio) {
      if (audio.length === 0) return true;
      if (received - played + audio.length > MAX_BUFFERED_BYTES) return false;
      chunks.push(audio);
      received += audio.length;
      return true;
    },
    mark(name) {
      marks.push({ name, position: received });
      return due();
    },
    clear() {
      chunks = [];
      offset = 0;
      played = received;
      return due();
    },
    play() {
      if (played === received) return NOTHING;
      const frame = take();
      played = Math.min(received, played + FRAME_BYTES);
      return { frame, marks: due() };
    },
    get bufferedBytes() {
      return received - played;
    },
  };
}
