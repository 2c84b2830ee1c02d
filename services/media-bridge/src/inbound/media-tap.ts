/**
 * One media socket, shared: the caller's audio is taken out of it (`media-lane.ts` of telephony), and a WebSocket library
 * has the rest, as a stream that looks to it like the socket. What is said to Twilio goes out here, too, as whole frames
 * in one write each; the library's own frames (close, pong) are whole writes as well, so the two never mix.
 */
import { Duplex } from 'node:stream';
import { createMediaLane, type MediaFrame, textFrame } from '@frontdesk/telephony';

export interface MediaTap {
  /** For the library. */
  readonly rest: Duplex;
  /** Undefined until the stream has started. */
  onAudio(read: (message: Buffer) => MediaFrame | undefined, take: (frame: MediaFrame) => void): void;
  /** Reading begins. @param head what came with the upgrade */
  start(head: Buffer): void;
  /** Sends a text message. */
  send(text: string): void;
  unsentBytes(): number;
}

export function tapMedia(socket: Duplex): MediaTap {
  let read: (message: Buffer) => MediaFrame | undefined = () => undefined;
  let take: (frame: MediaFrame) => void = () => undefined;
  const lane = createMediaLane({
    read: (message) => read(message),
    take: (frame) => take(frame),
    pass(bytes) {
      if (!rest.push(bytes)) socket.pause();
    },
  });
  const rest = new Duplex({
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

  return {
    rest,
    onAudio(reader, taker) {
      read = reader;
      take = taker;
    },
    start(head) {
      socket.on('error', (error) => rest.destroy(error));
      socket.on('close', () => rest.destroy());
      socket.on('end', () => {
        lane.end();
        rest.push(null);
      });
      if (head.length > 0) lane.push(head);
      socket.on('data', (chunk: Buffer) => lane.push(chunk));
    },
    send: (text) => void socket.write(textFrame(text)),
    unsentBytes() {
      return socket.writableLength;
    },
  };
}
