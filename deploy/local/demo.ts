/** `npm run demo`: a call from the ring to the summary. Its last line is `demo passed: …` or `demo failed: …`. */
import { environmentWith } from '@frontdesk/config';
import pc from 'picocolors';
import { type DemoArguments, parseDemoArguments } from './demo/arguments.ts';
import { runDemo } from './demo/run.ts';
import { untilSignalled } from './until-signalled.ts';

await untilSignalled(async (signal) => {
  const began = performance.now();
  const problems = await problemsOf(signal);
  const seconds = Math.round((performance.now() - began) / 1_000);
  if (typeof problems === 'string') {
    console.log(pc.green(`\ndemo passed: ${problems} (${seconds} s)`));
    return 0;
  }
  const [first = '', ...more] = problems;
  if (more.length > 0) console.log(`\n${problems.map((problem) => pc.red(`  ✗ ${problem}`)).join('\n')}`);
  console.log(pc.red(`\ndemo failed: ${first}${more.length > 0 ? ` (and ${more.length} more, above)` : ''}`));
  return 1;
});

/** @returns what passed, or everything that was wrong */
async function problemsOf(signal: AbortSignal): Promise<string | string[]> {
  let given: DemoArguments;
  try {
    given = parseDemoArguments(process.argv.slice(2));
    return await runDemo(given, environmentWith(''), signal);
  } catch (error) {
    return [signal.aborted ? 'it was interrupted' : error instanceof Error ? error.message : String(error)];
  }
}
