/** Runs a nats-server of our own: on a free port of 127.0.0.1, its data in a folder, stopped with the process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';

export { type FindNatsServerOptions, findNatsServer } from './binary.ts';

export interface StartNatsServerOptions {
  bin: string;
  /** Everything of this server is in here: configuration, log, streams, accounts. */
  dir: string;
  /** What goes into the configuration besides listener and JetStream, such as `operatorConfig(…)`. */
  config?: string;
  /** 0 takes a free one. A test that restarts a server under its clients gives the port it had. */
  port?: number;
  /** Put before the command, such as `setpriv --pdeathsig TERM`. */
  launcher?: readonly string[];
  /** `nats.log` in `dir` by default. */
  logFile?: string;
  readyTimeoutMs?: number;
}

export interface RunningNatsServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** SIGTERM, and SIGKILL when that does not help. Resolves when the process is gone. */
  stop(): Promise<void>;
  /** SIGKILL: what a lost node looks like. */
  kill(): Promise<void>;
  /** SIGSTOP and SIGCONT: what a frozen node looks like. */
  freeze(): void;
  thaw(): void;
}

/** @throws Error with the end of the server's log when it is not ready in time */
export async function startNatsServer(options: StartNatsServerOptions): Promise<RunningNatsServer> {
  const { bin, dir } = options;
  const portsDir = join(dir, 'ports');
  await rm(portsDir, { recursive: true, force: true });
  await mkdir(portsDir, { recursive: true });
  const configFile = join(dir, 'nats.conf');
  await writeFile(configFile, configText(options, portsDir), { mode: 0o600 });
  const logFile = options.logFile ?? join(dir, 'nats.log');
  const [command = '', ...args] = [...(options.launcher ?? []), bin, '-c', configFile];
  // In a process group of its own: Ctrl-C in a terminal must not take NATS away from services that are still stopping.
  const child = spawn(command, args, { detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
  child.stderr.pipe(createWriteStream(logFile, { flags: 'a' }));
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  try {
    const port = await ready(child, portsDir, options.readyTimeoutMs ?? 15_000);
    return handle(child, gone, port);
  } catch (error) {
    child.kill('SIGKILL');
    await gone;
    const log = await readFile(logFile, 'utf8').catch(() => '');
    throw new Error(`nats-server did not start: ${String(error)}\n${log.split('\n').slice(-12).join('\n')}`);
  }
}

function configText(options: StartNatsServerOptions, portsDir: string): string {
  return [
    `listen: "127.0.0.1:${options.port || -1}"`,
    `ports_file_dir: ${JSON.stringify(portsDir)}`,
    'max_payload: 1MB',
    'jetstream {',
    `  store_dir: ${JSON.stringify(join(options.dir, 'jetstream'))}`,
    '}',
    options.config ?? '',
  ].join('\n');
}

function handle(child: ChildProcess, gone: Promise<void>, port: number): RunningNatsServer {
  const { pid } = child;
  if (pid === undefined) throw new Error('nats-server has no process id');
  const kill = async () => {
    child.kill('SIGKILL');
    await gone;
  };
  const stop = async () => {
    // A frozen process sees no SIGTERM.
    child.kill('SIGCONT');
    child.kill('SIGTERM');
    const stubborn = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await gone;
    clearTimeout(stubborn);
  };
  return {
    url: `nats://127.0.0.1:${port}`,
    port,
    pid,
    stop,
    kill,
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    [Symbol.asyncDispose]: stop,
  };
}

const portsFile = z.object({ nats: z.array(z.string()).min(1) });

/** The server writes its ports file when its listener is open; then the listener must greet. */
async function ready(child: ChildProcess, portsDir: string, timeoutMs: number): Promise<number> {
  const deadline = performance.now() + timeoutMs;
  while (performance.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) throw new Error('it exited');
    const port = await announcedPort(portsDir);
    if (port && (await greets(port))) return port;
    await delay(25);
  }
  throw new Error(`it was not ready after ${timeoutMs} ms`);
}

async function announcedPort(portsDir: string): Promise<number | undefined> {
  const name = (await readdir(portsDir)).find((file) => file.endsWith('.ports'));
  if (!name) return undefined;
  const text = await readFile(join(portsDir, name), 'utf8');
  // The file appears before it is written.
  if (!text.trimEnd().endsWith('}')) return undefined;
  const [url] = portsFile.parse(JSON.parse(text)).nats;
  return url ? Number(new URL(url).port) : undefined;
}

function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    socket.setTimeout(1_000, () => finish(false));
    socket.once('data', (data) => finish(data.toString('latin1').startsWith('INFO ')));
    socket.once('error', () => finish(false));
    function finish(greeted: boolean) {
      socket.destroy();
      resolve(greeted);
    }
  });
}
