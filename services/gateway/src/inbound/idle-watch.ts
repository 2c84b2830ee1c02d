/**
 * Notices a socket through which nothing passes any more. Its own timeout would be set anew with each of the hundred
 * frames a second; here a look at the byte counters, every few seconds, does the same for less.
 */
import type { Socket } from 'node:net';
import type { Clock } from '@frontdesk/lifecycle';

const LOOKS = 6;

/**
 * Until disposed.
 * @param onIdle called once, when nothing was read or written for `idleMs`, or up to a sixth longer
 */
export function watchIdle(
  socket: Pick<Socket, 'bytesRead' | 'bytesWritten'>,
  idleMs: number,
  clock: Clock,
  onIdle: () => void,
): Disposable {
  let passed = -1;
  let quietLooks = 0;
  let timer = clock.after(idleMs / LOOKS, look);

  function look(): void {
    const now = socket.bytesRead + socket.bytesWritten;
    quietLooks = now === passed ? quietLooks + 1 : 0;
    passed = now;
    if (quietLooks >= LOOKS) onIdle();
    else timer = clock.after(idleMs / LOOKS, look);
  }

  return { [Symbol.dispose]: () => timer[Symbol.dispose]() };
}
