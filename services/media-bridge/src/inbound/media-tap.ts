/**
 * One media socket, shared: once the stream has started, text frames of the usual sizes are taken out of it
 * (`media-lane.ts` of telephony), and a WebSocket library has the rest, as a stream that looks to it like the socket. What is
 * said to Twilio goes out here, too, as whole frames; the library's own frames (close, pong) are whole as well and go through
 * the same queue, so the two never mix.
 */
import { Duplex } from 'node:stream';
import { createMediaLane, readMaskedMedia, unmasked } from '@frontdesk/telephony';
import type { FrameLaneEnds } from '@frontdesk/websocket';

export interface AudioListener {
  /**
   * One frame of the caller's audio: its base64 lies in `bytes`, from `from` to `to`.
   * @param timestampMs Twilio's time of it
   * @returns why it was ignored, when it was
   */
  frame(bytes: Buffer, from: number, to: number, timestampMs: number): string | undefined;
}

export class MediaTap implements FrameLaneEnds {
  /** For the library. */
  readonly rest: Duplex;
  readonly #socket: Duplex;
  readonly #onIgnored: (reason: string) => void;
  readonly #lane = createMediaLane(this);
  #streamSid = '';
  #onOther: (message: Buffer) => void = () => undefined;
  #listener: AudioListener | undefined;
  #started = false;

  /** @param onIgnored told of audio that its listener had no use for */
  constructor(socket: Duplex, onIgnored: (reason: string) => void) {
    this.#socket = socket;
    this.#onIgnored = onIgnored;
    this.rest = new Duplex({
      read: () => void socket.resume(),
      write: (chunk, _encoding, done) => void socket.write(chunk, done),
      /** A frame's header and payload come together, and must leave so: the socket may be destroyed right after. */
      writev: (chunks, done) => void socket.write(Buffer.concat(chunks.map(({ chunk }) => chunk)), done),
      final: (done) => void socket.end(done),
      destroy(error, done) {
        socket.destroy();
        done(error);
      },
    });
  }

  /** Reading begins. @param head what came with the upgrade */
  start(head: Buffer): void {
    const { rest } = this;
    const lane = this.#lane;
    this.#socket.on('error', (error) => rest.destroy(error));
    this.#socket.on('close', () => rest.destroy());
    this.#socket.on('end', () => {
      lane.end();
      rest.push(null);
    });
    if (head.length > 0) lane.push(head);
    this.#socket.on('data', (chunk: Buffer) => lane.push(chunk));
  }

  /**
   * The stream has started: its audio is the listener's from here on.
   * @param onOther given the messages that are not audio, or not as it is usually spelled
   */
  listen(streamSid: string, listener: AudioListener, onOther: (message: Buffer) => void): void {
    this.#streamSid = streamSid;
    this.#listener = listener;
    this.#started = true;
    this.#onOther = onOther;
  }

  /** The audio goes on to the library, as everything does that comes before `listen`. */
  stopListening(): void {
    this.#listener = undefined;
    this.#started = true;
  }

  /** Sends a whole frame, in one write with everything else that is sent in this turn of the event loop. */
  send(frame: Buffer): void {
    if (this.#socket.writableCorked === 0) {
      this.#socket.cork();
      process.nextTick(() => this.#socket.uncork());
    }
    this.#socket.write(frame);
  }

  /** What was sent so far waits for nothing else. */
  flush(): void {
    this.#socket.uncork();
  }

  get unsentBytes(): number {
    return this.#socket.writableLength;
  }

  /** @returns false when nobody listens yet, or any more */
  take(bytes: Buffer, from: number, to: number): boolean {
    const listener = this.#listener;
    if (listener === undefined) return false;
    const audio = readMaskedMedia(bytes, from, to, this.#streamSid);
    if (audio === undefined) {
      this.#onOther(unmasked(bytes, from, to));
      return true;
    }
    const ignored = listener.frame(bytes, audio.from, audio.to, audio.timestampMs);
    if (ignored !== undefined) this.#onIgnored(ignored);
    return true;
  }

  /** A frame that came on the trunk: its place among those for the library is not known. */
  fromTrunk(bytes: Buffer, from: number, to: number): void {
    if (!this.#started) this.#onIgnored('before_start');
    else this.take(bytes, from, to);
  }

  pass(bytes: Buffer): void {
    if (!this.rest.push(bytes)) this.#socket.pause();
  }
}
