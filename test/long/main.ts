/**
 * `npm run test:long`: what needs minutes. Arguments name the tests to run: `npm run test:long -- rolling`.
 *
 * Ctrl-C ends it at once, and the processes of its stack with it (deploy/local/child-process.ts); what they left in
 * `.local/failures/run` goes with the next start.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const args = ['run', '--config', join('test', 'long', 'vitest.config.ts'), ...process.argv.slice(2)];
const child = spawn(join(root, 'node_modules', '.bin', 'vitest'), args, { cwd: root, stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
const [code] = (await once(child, 'exit')) as [number | null];
process.exitCode = code ?? 1;
