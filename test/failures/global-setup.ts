/**
 * One whole system for all failures: two gateways, two bridges of the pool `default`, and whatever further bridges the
 * tests start in pools of their own. Its PostgreSQL and its NATS are ours, so that they can be taken away.
 */
import { join } from 'node:path';
import { openRunDir } from '@frontdesk/deploy/local/run-dir.ts';
import type { ProcessSpec } from '@frontdesk/deploy/local/service-process.ts';
import { readSettings } from '@frontdesk/deploy/local/settings.ts';
import { root, startStack } from '@frontdesk/deploy/local/stack.ts';
import type { TestProject } from 'vitest/node';
import './provided.ts';
import { POOLS } from './scene/pools.ts';
import { startStageServers } from './stage/servers.ts';
import { startStageHand } from './stage/stage-hand.ts';

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await using starting = new AsyncDisposableStack();
  // Beside `.local` itself, where another stack of the same run may be.
  const localDir = join(root, '.local', 'failures');
  const runDir = starting.use(await openRunDir(localDir, 'stage'));
  const servers = starting.use(await startStageServers(runDir.path, join(root, '.local')));
  await runDir.remember('postgres', servers.pids.postgres);
  await runDir.remember('nats-server', servers.pids.nats);

  let specs: ProcessSpec[] = [];
  const settings = readSettings({ PORT: '0', GATEWAYS: '2', BRIDGES: '2', ...servers.env });
  const stack = starting.use(
    await startStack(settings, {
      localDir,
      respecify: (given) => {
        specs = given.map(servingAllPools);
        return specs;
      },
    }),
  );
  const stageHand = starting.use(
    await startStageHand(stack, [...specs, modelSimulator(stack.description.model)], servers),
  );
  project.provide('failures', {
    stack: stack.description,
    stageUrl: stageHand.url,
    bookingUrl: stack.databaseUrl('booking'),
    databaseUrl: servers.env.DATABASE_URL ?? '',
    logsDir: stack.logsDir,
  });
  const running = starting.move();
  return async () => {
    await running.disposeAsync();
    const left = await stack.alive();
    if (left.length > 0) throw new Error(`still running: ${left.map(({ name }) => name).join(', ')}`);
  };
}

function servingAllPools(spec: ProcessSpec): ProcessSpec {
  if (spec.service !== 'gateway') return spec;
  return { ...spec, env: { ...spec.env, POOLS: ['default', ...POOLS].join() } };
}

/** For tests that want a model of their own, to refuse it or to shorten its sessions. */
function modelSimulator({ apiKey }: { apiKey: string }): ProcessSpec {
  return {
    name: 'own-model',
    service: 'openai-simulator',
    script: 'test/simulators/openai/main.ts',
    readyPath: '/healthz',
    env: { PORT: '0', TLS_PORT: '0', API_KEY: apiKey },
  };
}
