/** The PostgreSQL and the nats-server under the stack, run by the test so that it can take them away and bring them back. */
import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { baseEnv, natsServerBin } from '@frontdesk/deploy/local/base-env.ts';
import { dyingWithUs } from '@frontdesk/deploy/local/child-process.ts';
import { type RunningPostgres, startPostgres } from '@frontdesk/deploy/local/postgres.ts';
import { loadOrCreateKeys, mintAccounts, operatorConfig } from '@frontdesk/deploy/nats/accounts.ts';
import { findNatsServer, type RunningNatsServer, startNatsServer } from '@frontdesk/deploy/nats/server.ts';

const run = promisify(execFile);

export interface StageServers extends AsyncDisposable {
  /** For the stack: what stands in for its embedded servers. */
  readonly env: Record<string, string>;
  readonly pids: { postgres: number; nats: number };
  killNats(): Promise<void>;
  /** On the port it had, with the streams it had. */
  startNats(): Promise<void>;
  freezeNats(): void;
  thawNats(): void;
  freezePostgres(): Promise<void>;
  thawPostgres(): Promise<void>;
}

export async function startStageServers(dir: string, localDir: string): Promise<StageServers> {
  await using starting = new AsyncDisposableStack();
  const natsDir = join(dir, 'nats');
  const postgresDir = join(dir, 'postgres');
  await Promise.all([natsDir, postgresDir].map((each) => mkdir(each, { recursive: true })));

  const postgres = starting.use(
    await startPostgres({ dir: postgresDir, logFile: join(dir, 'postgres.log'), env: baseEnv() }),
  );
  const keysFile = join(natsDir, 'keys.json');
  const options = {
    bin: await findNatsServer({ binFromEnv: natsServerBin(), localDir, log: console.log }),
    dir: natsDir,
    config: operatorConfig(await mintAccounts(await loadOrCreateKeys(keysFile)), join(natsDir, 'accounts')),
    launcher: dyingWithUs('TERM'),
  };
  let nats: RunningNatsServer = await startNatsServer(options);
  starting.defer(() => nats.stop());

  const { url, port } = nats;
  const pids = { postgres: postgres.pid, nats: nats.pid };
  const running = starting.move();
  return {
    env: { DATABASE_URL: postgres.ownerUrl, NATS_URL: url, NATS_KEYS_FILE: keysFile },
    pids,
    killNats: () => nats.kill(),
    async startNats() {
      nats = await startNatsServer({ ...options, port });
    },
    freezeNats: () => nats.freeze(),
    thawNats: () => nats.thaw(),
    freezePostgres: () => signalAll(postgres, 'SIGSTOP'),
    thawPostgres: () => signalAll(postgres, 'SIGCONT'),
    async [Symbol.asyncDispose]() {
      await signalAll(postgres, 'SIGCONT');
      await running.disposeAsync();
    },
  };
}

/** A process of PostgreSQL serves each client: frozen alone, the first one would only stop new clients. */
async function signalAll({ pid }: RunningPostgres, signal: NodeJS.Signals): Promise<void> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=']);
  const pairs = stdout.split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  const children = pairs.flatMap(([child, parent]) => (child !== undefined && parent === pid ? [child] : []));
  for (const each of [pid, ...children]) {
    try {
      process.kill(each, signal);
    } catch (error) {
      // It served a client that has just left.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }
}
