/**
 * The one clock of all lines. A frame is due at `start + n × 20 ms`, never "20 ms after the last one": timers are late,
 * and lateness that adds up is heard as choppy audio. A line that is behind catches up at once.
 */
import type { Clock } from '@frontdesk/lifecycle';
import { FRAME_MS } from './frames.ts';

/** Lines that are due within this of each other share a timer. */
const SHARED_MS = 4;

interface Ticker {
  readonly tick: () => void;
  readonly startMs: number;
  ticks: number;
  maxLateMs: number;
}

export interface Pace extends Disposable {
  /** How late a tick was at worst. */
  readonly maxLateMs: number;
}

export interface Pacer {
  /** Calls `tick` once per 20 ms from now on, the first time in 20 ms. */
  start(tick: () => void): Pace;
}

export function createPacer(clock: Clock): Pacer {
  const tickers = new Set<Ticker>();
  let looking = false;
  let haveRead = false;

  function look(): void {
    if (isBehind() && !haveRead) {
      // This process stood still, which Twilio's does not: what came meanwhile was there in time, so it is read before
      // anybody misses it.
      haveRead = true;
      clock.after(0, look);
      return;
    }
    haveRead = false;
    for (const ticker of tickers) {
      const late = clock.monotonicMs() - dueMs(ticker);
      if (late > ticker.maxLateMs) ticker.maxLateMs = late;
      // A tick may end its own line, or open another.
      while (tickers.has(ticker) && clock.monotonicMs() >= dueMs(ticker)) {
        ticker.ticks += 1;
        ticker.tick();
      }
    }
    looking = tickers.size > 0;
    if (looking) lookAgain();
  }

  function isBehind(): boolean {
    const nowMs = clock.monotonicMs();
    return tickers.values().some((ticker) => nowMs - dueMs(ticker) >= FRAME_MS);
  }

  function lookAgain(): void {
    let next = Number.POSITIVE_INFINITY;
    for (const ticker of tickers) next = Math.min(next, dueMs(ticker));
    clock.after(Math.max(SHARED_MS, next - clock.monotonicMs()), look);
  }

  return {
    start(tick) {
      const ticker: Ticker = { tick, startMs: clock.monotonicMs(), ticks: 0, maxLateMs: 0 };
      tickers.add(ticker);
      if (!looking) {
        looking = true;
        lookAgain();
      }
      return {
        get maxLateMs() {
          return ticker.maxLateMs;
        },
        [Symbol.dispose]: () => void tickers.delete(ticker),
      };
    },
  };
}

function dueMs(ticker: Ticker): number {
  return ticker.startMs + (ticker.ticks + 1) * FRAME_MS;
}
