/** Habits that a few words in a file give away. */
import { lineCount, type SourceFile } from './source-files.ts';

interface Rule {
  readonly says: string;
  readonly applies: (path: string) => boolean;
  readonly forbidden: RegExp;
}

const isTest = (path: string) => /\.test\.ts$|\/test\/|\/testing|^test\//.test(path);
const isOwnText = (path: string) => path.startsWith('deploy/checks/');

const rules: Rule[] = [
  {
    says: 'the environment is read in libs/config only',
    applies: (path) => !path.startsWith('libs/config/') && !path.endsWith('.mjs'),
    forbidden: /\bprocess\.env\b/,
  },
  {
    says: 'domain/ has no clock, timer or dice: now and events come in',
    applies: (path) => /^services\/[^/]+\/src\/domain\//.test(path) && !isTest(path),
    forbidden:
      /\b(Temporal\.Now|Date\.now|new Date\(\)|setTimeout|setInterval|setImmediate|Math\.random|performance\.now|randomBytes|randomUUID)\b/,
  },
  {
    says: 'subjects are written in libs/contracts only',
    applies: (path) => /^services\//.test(path) && !isTest(path),
    forbidden: /['"`](rpc\.v1\.|events\.[$*a-z_]|signal\.v1\.)/,
  },
  {
    says: 'JSON is parsed with a schema, never with a cast',
    applies: (path) => !isTest(path),
    forbidden: /JSON\.parse\([^;\n]*\)\s+as\s/,
  },
  { says: 'no test is skipped or singled out', applies: () => true, forbidden: /\b(test|it|describe)\.(only|skip)\(/ },
  { says: 'nothing is left for later', applies: () => true, forbidden: /\b(TODO|FIXME|XXX)\b/ },
];

export function brokenTextRules(files: readonly SourceFile[]): string[] {
  return files
    .filter((file) => !isOwnText(file.path))
    .flatMap((file) =>
      rules
        .filter((rule) => rule.applies(file.path))
        .flatMap((rule) => {
          const at = file.text.split('\n').findIndex((line) => rule.forbidden.test(line));
          return at < 0 ? [] : [`${file.path}:${at + 1}: ${rule.says}`];
        }),
    );
}

const MOST_LINES = 600;
const MOST_MAIN_LINES = 30;

export function brokenSizeRules(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => {
    const lines = lineCount(file.text);
    if (lines > MOST_LINES) return [`${file.path} has ${lines} lines; nothing is longer than ${MOST_LINES}`];
    if (/^services\/[^/]+\/src\/main\.ts$/.test(file.path) && lines > MOST_MAIN_LINES) {
      return [`${file.path} has ${lines} lines; a process file has at most ${MOST_MAIN_LINES}`];
    }
    return [];
  });
}

/** `services: 42 files, median 48, p90 160, longest 220` */
export function sizeTable(files: readonly SourceFile[]): string[] {
  return ['services', 'libs'].map((part) => {
    const sizes = files
      .filter((file) => file.path.startsWith(`${part}/`) && !isTest(file.path) && !file.path.includes('/migrations/'))
      .map((file) => lineCount(file.text))
      .sort((a, b) => a - b);
    const at = (share: number) => sizes[Math.min(sizes.length - 1, Math.floor(sizes.length * share))] ?? 0;
    return `${part}: ${sizes.length} files, median ${at(0.5)}, p90 ${at(0.9)}, longest ${at(1)}`;
  });
}
