/** Every wait has an end. */

/** The work did not finish in time. It may still be running, and may still succeed. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
  readonly what: string;
  readonly deadlineMs: number;

  constructor(what: string, deadlineMs: number) {
    super(`${what} took longer than ${deadlineMs} ms`);
    this.what = what;
    this.deadlineMs = deadlineMs;
  }
}

/**
 * Waits for work, but no longer than `ms`.
 *
 * @param what names the work in the error; no personal data, it is logged
 * @param work a promise, or a function whose signal is aborted (with the DeadlineError) when time is up
 * @throws DeadlineError when time is up; else whatever the work throws
 */
export function withDeadline<T>(
  what: string,
  ms: number,
  work: Promise<T> | ((signal: AbortSignal) => Promise<T>),
): Promise<T> {
  // Nobody would hear of its abort, and a controller costs more than the wait.
  return typeof work === 'function' ? abortedWhenLate(what, ms, work) : rejectedWhenLate(what, ms, work);
}

/** Without a race: it would be three promises more for each of the many requests that wait like this. */
function rejectedWhenLate<T>(what: string, ms: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new DeadlineError(what, ms)), ms);
    work.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}

async function abortedWhenLate<T>(what: string, ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const { promise: timeUp, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const error = new DeadlineError(what, ms);
    // First the error, then the signal: work that rejects at once on abort must not hide why it was aborted.
    reject(error);
    controller.abort(error);
  }, ms);
  try {
    return await Promise.race([timeUp, work(controller.signal)]);
  } finally {
    clearTimeout(timer);
  }
}
