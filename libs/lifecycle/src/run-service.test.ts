// Pins: a service that ignores SIGTERM, dies in the middle of its disposal, or reports a failed start as success.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writePortFile } from './port-file.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'frontdesk-lifecycle-'));
});
afterAll(() => rm(dir, { recursive: true }));

interface Outcome {
  code: number | null;
  signal: NodeJS.Signals | null;
  out: string;
}

/** Runs a main file around `body`, sends the signals once it printed "ready", and reports how it ended. */
async function run(body: string, signals: NodeJS.Signals[] = []): Promise<Outcome> {
  const main = join(dir, `${crypto.randomUUID()}.ts`);
  const library = JSON.stringify(join(import.meta.dirname, 'index.ts'));
  await writeFile(main, `import { runService } from ${library};\n${body}\n`);
  const child = spawn(process.execPath, [main], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const hear = (chunk: Buffer) => {
    out += chunk;
    if (out.includes('ready')) for (const signal of signals.splice(0)) child.kill(signal);
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  child.on('close', (code, signal) => resolve({ code, signal, out }));
  const guard = setTimeout(() => child.kill('SIGKILL'), 15_000);
  return promise.finally(() => clearTimeout(guard));
}

const service = (dispose: string, options = '{}') =>
  `await runService('demo', async () => { console.log('ready'); return { async [Symbol.asyncDispose]() { ${dispose} } }; }, ${options});`;

test.each(['SIGTERM', 'SIGHUP'] as const)(
  '%s disposes and ends with 0, though a handle was left open',
  async (signal) => {
    const { code, out } = await run(`setInterval(() => {}, 1000); ${service("console.log('disposed')")}`, [signal]);
    expect(out).toContain('disposed');
    expect(code).toBe(0);
  },
);

test('Ctrl-C and what the parent sends after it do not interrupt the disposal', async () => {
  const slow = "await new Promise((r) => setTimeout(r, 300)); console.log('disposed');";
  const { code, out } = await run(service(slow), ['SIGINT', 'SIGINT', 'SIGTERM']);
  expect(out).toContain('disposed');
  expect(code).toBe(0);
});

test('a disposal that never ends is cut off at the deadline, with 1', async () => {
  const { code, out } = await run(service('await new Promise(() => {})', '{ stopTimeoutMs: 200 }'), ['SIGTERM']);
  expect(code).toBe(1);
  expect(out).toContain('could not stop cleanly');
});

test('a failed disposal ends with 1', async () => {
  const { code } = await run(service("throw new Error('stuck')"), ['SIGTERM']);
  expect(code).toBe(1);
});

test('a failed start ends with 1 and says why', async () => {
  const { code, out } = await run(`await runService('demo', async () => { throw new Error('no database'); });`);
  expect(code).toBe(1);
  expect(out).toContain('no database');
});

test('a bad configuration is told in its own words, without a stack', async () => {
  const { code, out } = await run(
    `class ConfigError extends Error { name = 'ConfigError' }
     await runService('demo', async () => { throw new ConfigError('PORT is missing'); });`,
  );
  expect(code).toBe(1);
  expect(out).toBe('demo: PORT is missing\n');
});

test('a start that hangs can be ended too', async () => {
  const body = `console.log('ready'); setInterval(() => {}, 1000);
    await runService('demo', () => new Promise(() => {}), { stopTimeoutMs: 100 });`;
  // "ready" comes before the handlers are in place, which is when a signal is most likely in practice too.
  const { code, signal } = await run(
    body.replace("console.log('ready');", "setTimeout(() => console.log('ready'), 50);"),
    ['SIGTERM'],
  );
  expect({ code, signal }).toEqual({ code: 1, signal: null });
});

test('the port file appears whole, and not at all without a path', async () => {
  const path = join(dir, 'ports.json');
  await writePortFile(path, { healthPort: 4_711, port: 8_080 });
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ healthPort: 4_711, port: 8_080 });
  await expect(writePortFile(undefined, { port: 1 })).resolves.toBeUndefined();
});

test('a service that can do nothing any more is disposed and ends with 1, so that another takes its place', async () => {
  const { code, out } = await run(
    `await runService('demo', async () => ({
       failed: new Promise((resolve) => setTimeout(() => resolve(new Error('closed for good')), 50)),
       async [Symbol.asyncDispose]() { console.log('disposed'); },
     }));`,
  );
  expect(code).toBe(1);
  expect(out).toContain('closed for good');
  expect(out).toContain('disposed');
});
