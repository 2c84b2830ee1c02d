/**
 * The caller's end of a call: the streams Twilio opens for it, one after the other. A line is spoken to from the moment
 * its coming is handled, in the order of everything else that happens: while it is not known whose call it is (see
 * `CallLoop`), what was said to the one before must not reach it. It is closed when another one takes its place or the
 * call is left, also before that moment.
 */
import type { CallInput } from '../domain/call-decision.ts';
import type { MediaLine } from './live-state.ts';

export interface CallerLine {
  /** What is spoken to now. */
  current(): MediaLine | undefined;
  /** The stream is there. One that comes after the call was left is closed. */
  connect(line: MediaLine): void;
  /** The stream is gone, and Twilio did not say that the call is. */
  lost(): void;
  /** The stream is there and of no use: it counts as lost, and is closed for whoever still holds its other end. */
  drop(): void;
  /** The call is left: no line is wanted any more. */
  close(): void;
}

export interface CallerLineOptions {
  /** @param first what holds from this input on */
  handle(input: CallInput, first: () => void): void;
  /** Another stream: its times begin anew. */
  onStarted(): void;
}

export function createCallerLine({ handle, onStarted }: CallerLineOptions): CallerLine {
  let current: MediaLine | undefined;
  /** The last one that came, spoken to already or not. */
  let latest: MediaLine | undefined;
  let closed = false;

  function lost(): void {
    latest = undefined;
    handle({ kind: 'stream_lost' }, () => {
      current = undefined;
    });
  }

  function drop(): void {
    const before = latest;
    lost();
    before?.close();
  }

  return {
    lost,
    drop,
    current() {
      return current;
    },
    connect(line) {
      if (closed) {
        line.close();
        return;
      }
      // Twilio plays one stream at a time: this one is in place of the other.
      if (latest !== undefined) drop();
      latest = line;
      onStarted();
      handle({ kind: 'stream_started' }, () => {
        current = line;
      });
    },
    close() {
      closed = true;
      latest?.close();
    },
  };
}
