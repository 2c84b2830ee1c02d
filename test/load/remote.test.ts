// Pins: a call that fails ending the whole benchmark, without a word of why.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempDisposable, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { openInspector } from './inspector.ts';
import { startRemote } from './remote.ts';

test('what goes wrong in a process of the load is told to who asked, and the next question is answered', async () => {
  const relay = join(import.meta.dirname, 'relay.ts');
  await using remote = startRemote(relay, { MODEL_URL: 'ws://127.0.0.1:1', API_KEY: 'sk-nobody' });
  await expect(remote.ask('ring', z.null())).rejects.toThrow('it knows no ring');
  expect(await remote.ask('port', z.int())).toBeGreaterThan(0);
});

test('what an inspector refuses is told with its name', async () => {
  await using dir = await mkdtempDisposable(join(tmpdir(), 'inspected-'));
  const logFile = join(dir.path, 'log');
  await using log = await open(logFile, 'a');
  // Ends by itself when the test cannot end it.
  const program = "console.log('up'); setTimeout(() => {}, 30_000)";
  const child = spawn(process.execPath, ['--inspect-port=0', '-e', program], { stdio: ['ignore', 'pipe', log.fd] });
  await using _ = {
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
    },
  };
  if (!child.stdout) throw new Error('it has no output');
  await once(child.stdout, 'data');
  await using inspector = await openInspector({ name: 'a service', pid: child.pid ?? 0, logFile });
  await expect(inspector.stopProfile()).rejects.toThrow('the inspector of a service refused');
  expect(await inspector.memoryInUse()).toBeGreaterThan(0);
});
