/**
 * The end of what was sent to the line, kept as long as it may not have been heard, so that it can be played again when
 * an interruption turns out to be none. It holds texts that exist anyway, for as long as Twilio's buffer holds them.
 */
import { base64Bytes } from '@frontdesk/telephony';
import type { EngineEvent } from './voice-engine.ts';

type AudioEvent = Extract<EngineEvent, { kind: 'audio' }>;

export interface PlaybackTail {
  sent(event: AudioEvent): void;
  /** Lets go of what was heard. */
  keep(unheardBytes: number): void;
  /** Takes out the last `unheardBytes`, cut to the byte. */
  take(unheardBytes: number): AudioEvent[];
}

export function createPlaybackTail(): PlaybackTail {
  let pieces: { event: AudioEvent; bytes: number }[] = [];
  let bytes = 0;

  function keep(unheardBytes: number): void {
    let gone = 0;
    for (const piece of pieces) {
      if (bytes - piece.bytes < unheardBytes) break;
      bytes -= piece.bytes;
      gone += 1;
    }
    if (gone > 0) pieces = pieces.slice(gone);
  }

  return {
    sent(event) {
      const added = base64Bytes(event.base64);
      pieces.push({ event, bytes: added });
      bytes += added;
    },
    keep,
    take(unheardBytes) {
      if (unheardBytes <= 0) pieces = [];
      keep(unheardBytes);
      const [first, ...rest] = pieces;
      const heardOfFirst = Math.max(0, bytes - unheardBytes);
      pieces = [];
      bytes = 0;
      if (first === undefined) return [];
      return [withoutStart(first.event, heardOfFirst), ...rest.map(({ event }) => event)];
    },
  };
}

function withoutStart(event: AudioEvent, bytes: number): AudioEvent {
  if (bytes === 0) return event;
  return { ...event, base64: Buffer.from(event.base64, 'base64').subarray(bytes).toString('base64') };
}
