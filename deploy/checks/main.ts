/** Checks the rules of the tree; prints what is broken and exits 1, or prints the table of file sizes. */
import { join } from 'node:path';
import { brokenDependencyRules } from './dependency-rules.ts';
import { brokenLayoutRules } from './layout-rules.ts';
import { listFiles, readSources } from './source-files.ts';
import { brokenSizeRules, brokenTextRules, sizeTable } from './text-rules.ts';

const root = join(import.meta.dirname, '../..');
const paths = listFiles(root);
const files = readSources(root, paths);
const broken = [
  ...new Set([
    ...brokenLayoutRules(paths),
    ...brokenDependencyRules(files),
    ...brokenTextRules(files),
    ...brokenSizeRules(files),
  ]),
];
for (const line of broken) console.error(line);
for (const line of sizeTable(files)) console.log(line);
if (broken.length > 0) process.exitCode = 1;
