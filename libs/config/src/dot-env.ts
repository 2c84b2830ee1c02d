/** Settings of a developer's machine, kept in a file that is never committed. */
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

/**
 * The process's environment over the contents of a `.env` file: what is set outside wins.
 * @param file need not exist
 */
export function environmentWith(file: string): Readonly<Record<string, string | undefined>> {
  return { ...readDotEnv(file), ...process.env };
}

function readDotEnv(file: string): Record<string, string | undefined> {
  try {
    return parseEnv(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw error;
  }
}
