/** Counts work that has begun, so that a stop can wait for it to end. */

export interface InFlight {
  run<T>(work: () => Promise<T>): Promise<T>;
  readonly count: number;
  /** Resolves true once nothing runs, or false when `deadlineMs` passed first. Never rejects. */
  idle(deadlineMs: number): Promise<boolean>;
}

export function createInFlight(): InFlight {
  let count = 0;
  const waiters = new Set<() => void>();

  return {
    async run(work) {
      count += 1;
      try {
        return await work();
      } finally {
        count -= 1;
        if (count === 0) for (const tell of waiters) tell();
      }
    },
    get count() {
      return count;
    },
    idle(deadlineMs) {
      if (count === 0) return Promise.resolve(true);
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const settle = (idle: boolean) => {
        clearTimeout(timer);
        waiters.delete(tell);
        resolve(idle);
      };
      const tell = () => settle(true);
      const timer = setTimeout(() => settle(false), deadlineMs);
      waiters.add(tell);
      return promise;
    },
  };
}
