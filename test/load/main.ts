/**
 * `npm run bench`: many calls through the real processes, beside a bare relay. Exits with 0 when every budget is met, 1
 * when one is broken or a call failed, and 2 when nothing is broken but something could not be judged.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { styleText } from 'node:util';
import { root } from '@frontdesk/deploy/local/stack.ts';
import { untilSignalled } from '@frontdesk/deploy/local/until-signalled.ts';
import { parseBenchArguments } from './arguments.ts';
import { type Judgement, judge } from './judge.ts';
import { runBench } from './run.ts';
import { printRun } from './table.ts';

await untilSignalled(async (signal) => {
  try {
    const given = parseBenchArguments(process.argv.slice(2));
    const run = await runBench(given, (line) => console.log(styleText('dim', line)), signal);
    const judgement = judge(run);
    printRun(run, judgement);
    const file = join(root, '.local', 'bench.json');
    await mkdir(join(root, '.local'), { recursive: true });
    await writeFile(file, `${JSON.stringify({ at: new Date().toISOString(), given, ...judgement, run }, null, 2)}\n`);
    return conclude(judgement);
  } catch (error) {
    console.error(styleText('red', `bench failed: ${error instanceof Error ? error.message : String(error)}`));
    return 1;
  }
});

function conclude({ budgets, problems }: Judgement): number {
  const count = (verdict: string) => budgets.filter((each) => each.verdict === verdict).length;
  const unknown = count('not judged') + count('not measured');
  const text = `${count('met')} met, ${count('broken')} broken, ${unknown} not judged`;
  if (count('broken') > 0 || problems.length > 0) {
    console.log(
      styleText('red', `\nbench failed: ${text}${problems.length > 0 ? ', and not every call went well' : ''}`),
    );
    return 1;
  }
  console.log(
    unknown > 0 ? styleText('yellow', `\nbench undecided: ${text}`) : styleText('green', `\nbench passed: ${text}`),
  );
  return unknown > 0 ? 2 : 0;
}
