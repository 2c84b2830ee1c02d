/**
 * Work that must happen in order and may have to wait, off the audio path: one job at a time, tried again while the
 * servers are away, bounded in number and in time. Nobody in a call ever waits for it.
 */
import { backoff, type Clock, sleep } from '@frontdesk/lifecycle';
import type { Soon } from './common-start.ts';

export interface JobQueueOptions {
  clock: Clock;
  maxWaiting: number;
  /** A job that could not be done for this long is given up, and so is everything behind it. */
  giveUpAfterMs: number;
  /** `retry` keeps the job, `drop` gives up this one, `stop` gives up all there is and will be. */
  onFailure(error: unknown, job: string): 'retry' | 'drop' | 'stop';
  onDropped(reason: 'full' | 'failed' | 'stopped' | 'overdue', jobs: number): void;
  /** For jobs that others need not wait for. */
  soon: Soon;
}

export interface JobQueue {
  /**
   * Begun at once, with everything before it.
   * @returns false when there is no room, or nothing is done any more
   */
  add(name: string, work: () => Promise<void>): boolean;
  /** Begun with those of other queues, or with what is added after it. */
  addUnhurried(name: string, work: () => Promise<void>): void;
  /** Nothing waits any longer. Resolves when everything added so far is done or given up. */
  idle(): Promise<void>;
  stopped(): boolean;
}

const pause = backoff({ baseMs: 100, maxMs: 2_000 });

export function createJobQueue(options: JobQueueOptions): JobQueue {
  const { clock } = options;
  const jobs: { name: string; work: () => Promise<void> }[] = [];
  let running: Promise<void> | undefined;
  let stopped = false;

  function stop(reason: 'stopped' | 'overdue'): void {
    stopped = true;
    options.onDropped(reason, jobs.length);
    jobs.length = 0;
  }

  async function runAll(): Promise<void> {
    let since = clock.monotonicMs();
    let attempt = 0;
    for (let job = jobs[0]; job !== undefined && !stopped; job = jobs[0]) {
      const verdict = await attemptOnce(job);
      if (verdict === 'done' || verdict === 'drop') {
        if (verdict === 'drop') options.onDropped('failed', 1);
        jobs.shift();
        since = clock.monotonicMs();
        attempt = 0;
      } else if (verdict === 'stop') {
        stop('stopped');
      } else if (clock.monotonicMs() - since > options.giveUpAfterMs) {
        stop('overdue');
      } else {
        await sleep(clock, pause(attempt));
        attempt += 1;
      }
    }
    running = undefined;
  }

  async function attemptOnce(job: { name: string; work: () => Promise<void> }) {
    try {
      await job.work();
      return 'done' as const;
    } catch (error) {
      return options.onFailure(error, job.name);
    }
  }

  function take(name: string, work: () => Promise<void>): boolean {
    if (stopped) return false;
    if (jobs.length >= options.maxWaiting) {
      options.onDropped('full', 1);
      return false;
    }
    jobs.push({ name, work });
    return true;
  }

  function begin(): void {
    if (jobs.length > 0) running ??= runAll();
  }

  return {
    add(name, work) {
      const taken = take(name, work);
      begin();
      return taken;
    },
    addUnhurried(name, work) {
      if (take(name, work) && running === undefined) options.soon(begin);
    },
    async idle() {
      begin();
      await running;
    },
    stopped() {
      return stopped;
    },
  };
}
