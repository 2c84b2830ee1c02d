// Pins: lines that wait to be written together and are lost with the process: the last ones are those that say why it
// ended. Lines that are lost without a word, or torn by another logger of the same process.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';

const logger = new URL('./logger.ts', import.meta.url).href;

/** What a process has written that runs this. @param readAfterMs until then nobody reads */
async function linesOf(body: string, readAfterMs = 0): Promise<string[]> {
  const code = `
    import { createLogger } from '${logger}';
    const logOf = (service) => createLogger({ service, instanceId: 'test-1', level: 'info' });
    ${body}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(child, 'exit');
  await new Promise((resolve) => setTimeout(resolve, readAfterMs));
  const [written] = await Promise.all([text(child.stdout), ended]);
  return written.trimEnd().split('\n');
}

test.each([
  ['comes to its end', ''],
  ['is ended by itself', 'process.exit(3);'],
  ['breaks', "setTimeout(() => { throw new Error('broken'); }, 10);"],
  ['is killed a moment later', "setTimeout(() => process.kill(process.pid, 'SIGKILL'), 600);"],
])('a process that %s has written every line', async (_, ending) => {
  const lines = await linesOf(`
    const log = logOf('test');
    for (let index = 0; index < 299; index += 1) log.info({ index }, 'one of many');
    log.info('the last');
    ${ending}`);
  // A write that is under way when the process ends may come after what is written at once then.
  const written = lines.map((line) => JSON.parse(line)).sort((a, b) => (a.index ?? 299) - (b.index ?? 299));
  const many = Array.from({ length: 299 }, (_each, index) => ({ msg: 'one of many', index }));
  expect(written).toMatchObject([...many, { msg: 'the last', level: 'info' }]);
});

test('loggers of one process write whole lines, in the order they were written', async () => {
  const lines = await linesOf(
    `const logs = [logOf('one'), logOf('other')];
     for (let index = 0; index < 3_000; index += 1) logs[index % 2].info({ padding: 'x'.repeat(200) }, String(index));`,
    500,
  );
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject(
    Array.from({ length: 3_000 }, (_, index) => ({ msg: String(index), service: index % 2 ? 'other' : 'one' })),
  );
});

test('how many lines nobody read in time is said, once', async () => {
  const logged = 2_000;
  const lines = await linesOf(
    `const log = logOf('test');
     for (let index = 0; index < ${logged}; index += 1) log.info({ padding: 'x'.repeat(10_000) }, 'one of many');`,
    500,
  );
  const told = lines.filter((line) => !line.includes('one of many'));
  const kept = lines.length - told.length;
  expect(kept).toBeLessThan(logged);
  const said = { service: 'test', level: 'warn', event: 'log.dropped', lines: logged - kept };
  expect(told.map((line) => JSON.parse(line) as unknown)).toMatchObject([said]);
});
