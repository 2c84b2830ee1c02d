/**
 * `npm test`: format and lint, types, the rules of the tree, then the tests. With arguments only the tests they name
 * run: `npm test -- test/one-call`. The first thing that fails stops it.
 *
 * `test/failures` runs when it is named: it freezes and kills what the other tests talk to for some minutes.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import pc from 'picocolors';

const root = join(import.meta.dirname, '..', '..');
const bin = join(root, 'node_modules', '.bin');

interface Step {
  name: string;
  command: string;
  args: string[];
}

const checks: Step[] = [
  { name: 'format and lint', command: join(bin, 'biome'), args: ['check', '--error-on-warnings'] },
  { name: 'types', command: join(bin, 'tsc'), args: ['--project', '.'] },
  { name: 'rules of the tree', command: process.execPath, args: ['deploy/checks/main.ts'] },
];

const EVERYDAY = ['unit', 'integration', 'one-call'].flatMap((project) => ['--project', project]);

const filters = process.argv.slice(2);
const tests: Step = {
  name: 'tests',
  command: join(bin, 'vitest'),
  args: ['run', ...(filters.length > 0 ? filters : EVERYDAY)],
};

for (const step of filters.length > 0 ? [tests] : [...checks, tests]) {
  const began = performance.now();
  const code = await run(step);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  if (code !== 0) {
    console.error(pc.red(`✗ ${step.name} failed after ${seconds} s`));
    process.exit(code);
  }
  console.log(pc.green(`✓ ${step.name} (${seconds} s)`));
}

/** @returns the exit code, with signals passed on to the step that is running */
async function run(step: Step): Promise<number> {
  const child = spawn(step.command, step.args, { cwd: root, stdio: 'inherit' });
  const forward = (signal: NodeJS.Signals) => void child.kill(signal);
  process.on('SIGINT', forward).on('SIGTERM', forward);
  const [code] = (await once(child, 'exit')) as [number | null];
  process.off('SIGINT', forward).off('SIGTERM', forward);
  return code ?? 1;
}
