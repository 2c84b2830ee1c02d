/** Tells whoever started this process which free ports it got. */
import { rename, writeFile } from 'node:fs/promises';

/**
 * Writes the ports as one JSON object. Written aside and renamed, so that a reader that polls for the file never sees
 * half of it. Without a path it does nothing.
 */
export async function writePortFile(path: string | undefined, ports: Record<string, number>): Promise<void> {
  if (!path) return;
  const unfinished = `${path}.${process.pid}.tmp`;
  await writeFile(unfinished, `${JSON.stringify(ports)}\n`);
  await rename(unfinished, path);
}
