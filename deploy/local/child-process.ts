/**
 * The processes of the embedded stack.
 *
 * Each is in a process group of its own, so that Ctrl-C in a terminal reaches the stack alone and it can stop them in
 * order. On Linux the kernel ends them when we are killed outright (`setpriv --pdeathsig`); elsewhere the next start
 * finds them by their pid files (local-dir.ts).
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { DeadlineError, withDeadline } from '@frontdesk/lifecycle';

export interface ChildOptions {
  name: string;
  command: string;
  args: readonly string[];
  /** Exactly this, and nothing inherited: a key in our environment must not reach a process that was not given it. */
  env: Record<string, string>;
  cwd: string;
  /** Both outputs are appended to it. */
  logFile: string;
  /** What the kernel sends it when we die: TERM unless the program means something else by it. */
  deathSignal?: 'TERM' | 'QUIT' | 'KILL';
}

export interface Child extends AsyncDisposable {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  /** Settles when it is gone. */
  readonly exited: Promise<void>;
  readonly isRunning: boolean;
  /** "exit code 1", "SIGKILL", or undefined while it runs. */
  readonly end: string | undefined;
  signal(signal: NodeJS.Signals): void;
  /** Asks, waits, then kills. Resolves when it is gone. */
  stop(options?: { signal?: NodeJS.Signals; timeoutMs?: number }): Promise<void>;
  logTail(lines: number): Promise<string>;
}

/** @throws Error when the program cannot be run at all */
export async function startChild(options: ChildOptions): Promise<Child> {
  const { name, logFile } = options;
  const [command = '', ...args] = [...dyingWithUs(options.deathSignal ?? 'TERM'), options.command, ...options.args];
  const log = openSync(logFile, 'a');
  let child: ChildProcess;
  try {
    child = spawn(command, args, { cwd: options.cwd, env: options.env, detached: true, stdio: ['ignore', log, log] });
    await once(child, 'spawn');
  } finally {
    closeSync(log);
  }
  const { pid } = child;
  if (pid === undefined) throw new Error(`${name} has no process id`);
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const isRunning = () => child.exitCode === null && child.signalCode === null;

  async function stop({
    signal = 'SIGTERM',
    timeoutMs = 10_000,
  }: {
    signal?: NodeJS.Signals;
    timeoutMs?: number;
  } = {}) {
    if (!isRunning()) return;
    // A frozen process would not hear of it.
    child.kill('SIGCONT');
    child.kill(signal);
    try {
      await withDeadline(`stopping ${name}`, timeoutMs, exited);
    } catch (error) {
      if (!(error instanceof DeadlineError)) throw error;
      child.kill('SIGKILL');
      await exited;
    }
  }

  return {
    name,
    pid,
    logFile,
    exited,
    get isRunning() {
      return isRunning();
    },
    get end() {
      if (isRunning()) return undefined;
      return child.signalCode ?? `exit code ${child.exitCode}`;
    },
    signal: (signal) => void child.kill(signal),
    stop,
    logTail: (lines) => tailOf(logFile, lines),
    [Symbol.asyncDispose]: () => stop(),
  };
}

export async function tailOf(file: string, lines: number): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => `(no log: ${String(error)})`);
  return text.trimEnd().split('\n').slice(-lines).join('\n');
}

let canDieWithUs: boolean | undefined;

/** What to put before a command so that the kernel sends it a signal when we die; nothing where there is no such way. */
export function dyingWithUs(signal: 'TERM' | 'QUIT' | 'KILL'): string[] {
  canDieWithUs ??= spawnSync('setpriv', ['--pdeathsig', 'TERM', 'true']).status === 0;
  return canDieWithUs ? ['setpriv', '--pdeathsig', signal] : [];
}
