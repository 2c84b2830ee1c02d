/**
 * Notices a call through which nothing passes any more. A socket's own timeout would be set anew with each of the hundred
 * frames a second; here a look at what has passed so far, every few seconds, does the same for less.
 */
import type { Clock } from '@frontdesk/lifecycle';

const LOOKS = 6;

/**
 * Until disposed.
 * @param passed how much has passed so far, in whatever unit
 * @param onIdle called once, when nothing did for `idleMs`, or up to a sixth longer
 */
export function watchIdle(passed: () => number, idleMs: number, clock: Clock, onIdle: () => void): Disposable {
  let before = -1;
  let quietLooks = 0;
  let timer = clock.after(idleMs / LOOKS, look);

  function look(): void {
    const now = passed();
    quietLooks = now === before ? quietLooks + 1 : 0;
    before = now;
    if (quietLooks >= LOOKS) onIdle();
    else timer = clock.after(idleMs / LOOKS, look);
  }

  return { [Symbol.dispose]: () => timer[Symbol.dispose]() };
}
