/** The simulator as the process others start: it says where it is, and leaves nothing behind. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { z } from 'zod';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const ports = z.object({ port: z.int().positive(), tlsPort: z.int().positive() });

test('writes its ports and its authority, serves both, and stops on SIGTERM', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'openai-simulator-'));
  const files = { PORT_FILE: join(folder, 'ports.json'), CA_FILE: join(folder, 'ca.pem') };
  const child = spawn(process.execPath, [MAIN], { env: { ...files, API_KEY: 'sk-test' }, stdio: 'ignore' });
  try {
    const text = await vi.waitFor(() => readFile(files.PORT_FILE, 'utf8'), { timeout: 8000 });
    const { port, tlsPort } = ports.parse(JSON.parse(text));
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
    const ca = await readFile(files.CA_FILE, 'utf8');
    const status = await new Promise((resolve, reject) => {
      get({ host: '127.0.0.1', port: tlsPort, path: '/healthz', ca }, (reply) => resolve(reply.statusCode)).on(
        'error',
        reject,
      );
    });
    expect(status).toBe(200);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  } finally {
    child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }
});

test('without a key it does not start, and names what is missing', async () => {
  const child = spawn(process.execPath, [MAIN], { env: {}, stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    errors += text;
  });
  const [code] = await once(child, 'close');
  expect(code).toBe(1);
  expect(errors).toContain('API_KEY');
});
