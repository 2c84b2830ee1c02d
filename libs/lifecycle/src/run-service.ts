/**
 * The life of a service's process: start, run until asked to stop, dispose within a deadline, exit.
 *
 * Only main.ts calls this, and nothing else in the libraries touches the process. Exit code 0 is a stop that finished; 1 is a failed start, a failed
 * stop, or one that outlived its deadline.
 */
import { DeadlineError, withDeadline } from './deadline.ts';

const IMPATIENT_AFTER_MS = 1_000;

export interface RunServiceOptions {
  /** How long disposal may take; keep it below Kubernetes' terminationGracePeriodSeconds. */
  stopTimeoutMs?: number;
  log?: { info(fields: object, message: string): void; error(fields: object, message: string): void };
}

/** A started service. `failed` resolves when it can do nothing any more, such as with NATS closed to it for good. */
export interface Runnable extends AsyncDisposable {
  readonly failed?: Promise<Error | undefined>;
}

/**
 * Runs the service until SIGTERM, SIGINT, SIGHUP, or its own failure: a process that can do nothing must end, so that another
 * takes its place. Never rejects: the outcome is the process's exit code.
 */
export async function runService(
  name: string,
  start: () => Promise<Runnable>,
  options: RunServiceOptions = {},
): Promise<void> {
  const { stopTimeoutMs = 30_000, log = standardLog(name) } = options;
  const signal = listenForSignals(stopTimeoutMs);

  let service: Runnable;
  try {
    service = await start();
  } catch (error) {
    // What is wrong with the configuration is fully said by its message; a stack would only bury it.
    if (error instanceof Error && error.name === 'ConfigError') process.stderr.write(`${name}: ${error.message}\n`);
    else log.error({ err: error, event: 'start_failed' }, 'could not start');
    // Half-open sockets of the failed start would keep the process alive, so it has to be ended. The pause lets
    // telemetry and the log's last line out.
    process.exitCode = 1;
    setTimeout(exitNow, 500).unref();
    return;
  }

  // A service that waits only on signals still has to live: signals alone do not hold the event loop.
  const keepAlive = setInterval(() => undefined, 1 << 30);
  const reason = await Promise.race([signal, ...failureOf(service)]);
  clearInterval(keepAlive);
  if (reason instanceof Error) log.error({ err: reason, event: 'failed' }, 'failed while running');
  else log.info({ signal: reason, event: 'stopping' }, 'stopping');
  try {
    await withDeadline('stopping', stopTimeoutMs, async () => service[Symbol.asyncDispose]());
    log.info({ event: 'stopped' }, 'stopped');
    process.exitCode = reason instanceof Error ? 1 : 0;
  } catch (error) {
    log.error({ err: error, event: 'stop_failed', late: error instanceof DeadlineError }, 'could not stop cleanly');
    process.exitCode = 1;
  }
  // Whatever handle is left after disposal is a leak; it must not keep Kubernetes waiting out the grace period.
  setTimeout(exitNow, 500).unref();
}

/** The service's own end, if it can have one. */
function failureOf({ failed }: Runnable): Promise<Error>[] {
  if (failed === undefined) return [];
  return [failed.then((error) => error ?? new Error('the service can do nothing any more'))];
}

/**
 * The first signal. SIGTERM may repeat: Ctrl-C reaches the whole process group, and then the parent passes on a
 * SIGTERM of its own. npm even sends SIGINT twice, so only one that comes a second later is a person's "now". A closed
 * terminal sends SIGHUP, which would end the process on the spot, and its calls and the log's last lines with it.
 */
function listenForSignals(stopTimeoutMs: number): Promise<NodeJS.Signals> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>();
  let firstMs: number | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    if (firstMs === undefined) {
      firstMs = performance.now();
      // Holds even while the start hangs, which the deadline on disposal cannot see.
      setTimeout(exitNow, stopTimeoutMs + 1_000).unref();
      resolve(signal);
    } else if (signal === 'SIGINT' && performance.now() - firstMs > IMPATIENT_AFTER_MS) exitNow();
  };
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal).on('SIGHUP', onSignal);
  return promise;
}

function exitNow(): void {
  process.exit(process.exitCode ?? 1);
}

function standardLog(name: string): NonNullable<RunServiceOptions['log']> {
  const line = (level: string, fields: object, message: string) =>
    process.stderr.write(`${JSON.stringify({ level, service: name, ...plain(fields), msg: message })}\n`);
  return {
    info: (fields, message) => line('info', fields, message),
    error: (fields, message) => line('error', fields, message),
  };
}

function plain(fields: object): object {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key,
      value instanceof Error ? (value.stack ?? value.message) : value,
    ]),
  );
}
