/**
 * One real PostgreSQL for the whole test run and a real nats-server for each worker, in a folder that is thrown away.
 * Test files share the database server, each with a database of its own; on one NATS two files that serve the same
 * subject would answer each other's requests.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { baseEnv, natsServerBin } from '@frontdesk/deploy/local/base-env.ts';
import { startPostgres } from '@frontdesk/deploy/local/postgres.ts';
import { openRunDir } from '@frontdesk/deploy/local/run-dir.ts';
import { startTestNats } from '@frontdesk/deploy/nats/testing.ts';
import type { TestProject } from 'vitest/node';
import type { TestEnvironment, TestNatsEnvironment } from './provided.ts';

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

  const nats: TestNatsEnvironment[] = [];
  for (let worker = 1; worker <= project.config.maxWorkers; worker += 1) {
    const started = starting.use(
      await startTestNats(await dirOf(`nats-${worker}`), { binFromEnv: natsServerBin(), localDir, log: console.log }),
    );
    await runDir.remember(`nats-server-${worker}`, started.server.pid);
    const { url, adminCreds, systemCreds, claimsCreds, credsDir } = started;
    const { operatorSeedsFile, servicesAccount, activationSeed, operatorSeed } = started;
    nats.push({
      ...{ url, adminCreds, systemCreds, claimsCreds, credsDir },
      ...{ operatorSeedsFile, servicesAccount, activationSeed, operatorSeed },
    });
  }

  const environment: TestEnvironment = { postgres: { ownerUrl: postgres.ownerUrl }, nats };
  project.provide('frontdesk', environment);

  const running = starting.move();
  return () => running.disposeAsync();
}
