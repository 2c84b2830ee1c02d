/** Runs a command that a person may interrupt: SIGINT, SIGTERM and SIGHUP end it, and everything it started, in order. */

/** What was started gets this long to stop after the first signal; longer than each of its own deadlines together. */
const GIVE_UP_MS = 45_000;

/**
 * Runs until the work ends, then exits with what it returned. The signals reach us more than once (a terminal sends
 * them to the whole group, and npm and the bootstrap pass them on), so a repeated one means nothing.
 * @param work is told by its AbortSignal that it should stop
 */
export async function untilSignalled(work: (signal: AbortSignal) => Promise<number>): Promise<never> {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) return;
      controller.abort(new Error(`stopped by ${name}`));
      setTimeout(() => {
        console.error(`not stopped after ${GIVE_UP_MS / 1_000} s`);
        process.exit(1);
      }, GIVE_UP_MS).unref();
    });
  }
  process.exit(await work(controller.signal));
}
