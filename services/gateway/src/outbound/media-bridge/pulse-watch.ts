/**
 * Asks every bridge that carries a call for a sign of life, over the listener its calls use: independent of NATS, and
 * once per bridge however many calls it carries.
 */
import type { Clock } from '@frontdesk/lifecycle';
import type { Bridge } from '../../domain/placement.ts';
import { alive, asked, beat, PROBE_EVERY_MS, patienceMs } from '../../domain/pulse.ts';
import { answersOverHttp } from './probe.ts';

export interface PulseWatch extends Disposable {
  /** Until disposed. @param onDead called once */
  watch(bridge: Bridge, onDead: () => void): Disposable;
}

export interface PulseWatchOptions {
  clock: Clock;
  /** Told before those who watch. */
  onDead(bridge: Bridge): void;
  /** @returns whether the bridge answered within this time, whatever it said */
  probe?: (address: string, withinMs: number) => Promise<boolean>;
}

interface Watched extends Disposable {
  readonly watchers: Set<() => void>;
}

export function createPulseWatch({ clock, onDead, probe = answersOverHttp }: PulseWatchOptions): PulseWatch {
  const watched = new Map<string, Watched>();

  function start(bridge: Bridge): Watched {
    const watchers = new Set<() => void>();
    let pulse = alive;
    let stopped = false;
    let timer = clock.after(PROBE_EVERY_MS, ask);

    function ask(): void {
      const askedAtMs = clock.monotonicMs();
      pulse = asked(pulse, askedAtMs);
      void probe(bridge.address, patienceMs(pulse, askedAtMs)).then((answered) => {
        if (stopped) return;
        pulse = beat(pulse, answered, clock.monotonicMs());
        if (pulse.dead) return end();
        timer = clock.after(Math.max(0, PROBE_EVERY_MS - (clock.monotonicMs() - askedAtMs)), ask);
      });
    }

    function stop(): void {
      stopped = true;
      timer[Symbol.dispose]();
      watched.delete(bridge.address);
    }

    function end(): void {
      stop();
      onDead(bridge);
      for (const tell of watchers) tell();
    }

    return { watchers, [Symbol.dispose]: stop };
  }

  return {
    watch(bridge, tell) {
      const entry = watched.get(bridge.address) ?? start(bridge);
      watched.set(bridge.address, entry);
      entry.watchers.add(tell);
      return {
        [Symbol.dispose]() {
          entry.watchers.delete(tell);
          if (entry.watchers.size === 0) entry[Symbol.dispose]();
        },
      };
    },
    [Symbol.dispose]() {
      for (const entry of watched.values()) entry[Symbol.dispose]();
    },
  };
}
