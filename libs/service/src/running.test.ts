// Pins: a service that nobody can find or watch, one that leaves something open when it stops or cannot start, and one
// that goes on after NATS is closed to it for good.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commonConfig, commonVariables, readConfig } from '@frontdesk/config';
import { manualClock } from '@frontdesk/lifecycle';
import { createLogger } from '@frontdesk/observability';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startBase } from './base.ts';
import { running, startHealth } from './running.ts';

const config = commonConfig(readConfig(commonVariables('booking'), { NATS_URL: 'nats://127.0.0.1:4222' }));
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'service-'));
});
afterAll(() => rm(folder, { recursive: true }));

function world() {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const log = createLogger({ service: 'booking', instanceId: 'booking-1', level: 'info', destination });
  const over = Promise.withResolvers<Error | undefined>();
  return { lines, over, context: { log, messaging: { closed: () => over.promise } } };
}

/** What a service's start does, in short. */
async function start(portFile: string, { context }: ReturnType<typeof world>, closed: string[]) {
  await using closing = new AsyncDisposableStack();
  const { metrics } = startBase({ service: 'booking', config, overrides: { log: context.log } }, closing);
  closing.defer(() => void closed.push('database'));
  const health = await startHealth({ config, metrics, ready: () => ({ nats: true }) }, closing);
  closing.defer(() => void closed.push('listener'));
  return await running({ config: { portFile }, context, ports: { healthPort: health.port, port: 8_080 } }, closing);
}

it('says where it listens, can be watched, and closes in reverse order when it is disposed', async () => {
  const portFile = join(folder, 'ports.json');
  const booking = world();
  const closed: string[] = [];
  const service = await start(portFile, booking, closed);
  const ports = { healthPort: service.healthPort, port: 8_080 };
  expect(JSON.parse(await readFile(portFile, 'utf8'))).toEqual(ports);
  expect(booking.lines.map((line): unknown => JSON.parse(line))).toEqual([
    expect.objectContaining({ event: 'listening', msg: 'listening', ...ports }),
  ]);
  const ready = `http://127.0.0.1:${service.healthPort}/readyz`;
  expect(await (await fetch(ready)).json()).toEqual({ checks: { nats: true } });
  expect(closed).toEqual([]);
  await service[Symbol.asyncDispose]();
  expect(closed).toEqual(['listener', 'database']);
  await expect(fetch(ready)).rejects.toThrow('fetch failed');
});

it('releases what it had acquired when it cannot say where it listens', async () => {
  const closed: string[] = [];
  await expect(start(join(folder, 'nowhere', 'ports.json'), world(), closed)).rejects.toThrow('ENOENT');
  expect(closed).toEqual(['listener', 'database']);
});

it('is not closed by a caller that does not await it inside its own scope', async () => {
  const closed: string[] = [];
  const careless = async () => {
    await using closing = new AsyncDisposableStack();
    closing.defer(() => void closed.push('all'));
    return running({ config: {}, context: world().context, ports: { healthPort: 1 } }, closing);
  };
  await using service = await careless();
  expect(service.healthPort).toBe(1);
  expect(closed).toEqual([]);
});

it('has failed when NATS is closed to it for good', async () => {
  const booking = world();
  await using service = await start(join(folder, 'ports-2.json'), booking, []);
  booking.over.resolve(new Error('revoked'));
  expect(await service.failed).toEqual(new Error('revoked'));
});

it('takes what a test gives it instead of making it', async () => {
  await using closing = new AsyncDisposableStack();
  const clock = manualClock(Temporal.Instant.from('2026-12-03T20:30:00Z'));
  const { log } = world().context;
  expect(startBase({ service: 'booking', config, overrides: { clock, log } }, closing)).toMatchObject({ clock, log });
});
