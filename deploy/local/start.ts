/** `npm start`: the embedded stack, until Ctrl-C. */
import { join } from 'node:path';
import { ConfigError, environmentWith } from '@frontdesk/config';
import pc from 'picocolors';
import { readSettings } from './settings.ts';
import { root, type Stack, startStack } from './stack.ts';
import { untilSignalled } from './until-signalled.ts';

await untilSignalled(async (signal) => {
  const log = (line: string) => console.log(pc.dim(line));
  try {
    await using stack = await startStack(readSettings(environmentWith(join(root, '.env'))), { log, signal });
    describe(stack);
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    console.log('stopping …');
    await stack.stop();
    const left = await stack.alive();
    if (left.length === 0) return 0;
    console.error(`still alive: ${left.map(({ name, pid }) => `${name} (${pid})`).join(', ')}`);
    return 1;
  } catch (error) {
    if (signal.aborted) return 0;
    // A person's mistake is said in one line; anything else keeps its stack.
    if (error instanceof ConfigError) console.error(error.message);
    else console.error(error instanceof Error ? error.message : error);
    return 1;
  }
});

function describe({ description, foreign, logsDir }: Stack): void {
  const [url = ''] = description.gateway.urls;
  console.log(`\nFrontdesk is up at ${pc.bold(url.replace('127.0.0.1', 'localhost'))}`);
  console.log(`  public address   ${description.gateway.publicUrl}`);
  console.log(`  telephone        ${foreign.twilio.isSimulated ? 'simulated' : 'Twilio'}`);
  console.log(`  model            ${foreign.model.isSimulated ? 'simulated' : description.model.realtimeUrl}`);
  for (const { name, number, eventSubject } of description.businesses) {
    console.log(`  ${number}     ${name} (${eventSubject})`);
  }
  console.log(`  everything else  .local/stack.json, logs in ${logsDir}\n\nCtrl-C stops it.`);
}
