/** One real PostgreSQL and one real nats-server for the whole test run, in a folder that is thrown away. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { baseEnv, natsServerBin } from '@frontdesk/deploy/local/base-env.ts';
import { startPostgres } from '@frontdesk/deploy/local/postgres.ts';
import { openRunDir } from '@frontdesk/deploy/local/run-dir.ts';
import { startTestNats } from '@frontdesk/deploy/nats/testing.ts';
import type { TestProject } from 'vitest/node';
import type { TestEnvironment } from './provided.ts';

const localDir = join(import.meta.dirname, '..', '..', '.local');

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await using starting = new AsyncDisposableStack();
  const runDir = starting.use(await openRunDir(localDir, 'tests'));
  const dirOf = async (name: string) => {
    const dir = join(runDir.path, name);
    await mkdir(dir, { recursive: true });
    return dir;
  };

  const postgres = starting.use(
    await startPostgres({
      dir: await dirOf('postgres'),
      logFile: join(runDir.path, 'postgres.log'),
      env: baseEnv(),
    }),
  );
  await runDir.remember('postgres', postgres.pid);

  const nats = starting.use(
    await startTestNats(await dirOf('nats'), { binFromEnv: natsServerBin(), localDir, log: console.log }),
  );
  await runDir.remember('nats-server', nats.server.pid);

  const environment: TestEnvironment = {
    postgres: { ownerUrl: postgres.ownerUrl },
    nats: {
      url: nats.url,
      adminCreds: nats.adminCreds,
      systemCreds: nats.systemCreds,
      claimsCreds: nats.claimsCreds,
      credsDir: nats.credsDir,
      operatorSeedsFile: nats.operatorSeedsFile,
      servicesAccount: nats.servicesAccount,
      activationSeed: nats.activationSeed,
      operatorSeed: nats.operatorSeed,
    },
  };
  project.provide('frontdesk', environment);

  const running = starting.move();
  return () => running.disposeAsync();
}
