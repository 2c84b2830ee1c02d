// Pins: lines that wait to be written together and are lost with the process: the last ones are those that say why it
// ended.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';

const logger = new URL('./logger.ts', import.meta.url).href;

/** What a process has written that logs 300 lines and then ends in this way. */
async function linesOf(ending: string): Promise<string[]> {
  const code = `
    import { createLogger } from '${logger}';
    const log = createLogger({ service: 'test', instanceId: 'test-1', level: 'info' });
    for (let index = 0; index < 299; index += 1) log.info({ index }, 'one of many');
    log.info('the last');
    ${ending}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [written] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  return written.trimEnd().split('\n');
}

test.each([
  ['comes to its end', ''],
  ['is ended by itself', 'process.exit(3);'],
  ['breaks', "setTimeout(() => { throw new Error('broken'); }, 10);"],
  ['is killed a moment later', "setTimeout(() => process.kill(process.pid, 'SIGKILL'), 600);"],
])('a process that %s has written every line', async (_, ending) => {
  const lines = await linesOf(ending);
  expect(lines).toHaveLength(300);
  expect(JSON.parse(lines[299] ?? '')).toMatchObject({ msg: 'the last', level: 'info' });
});
