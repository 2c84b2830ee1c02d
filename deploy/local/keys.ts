/**
 * The keys that sign tokens and seal the businesses' secrets. Kept in `.local/keys.json` from run to run, because what
 * was sealed in a database that outlives the stack (DATABASE_URL) must stay readable.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const keysFile = z.object({
  /** For `createTokenSigner`. */
  tokenKeys: z.string(),
  /** For `createKeyRing`. */
  secretsKeys: z.string(),
});
export type Keys = z.infer<typeof keysFile>;

export async function loadOrCreateKeys(localDir: string): Promise<Keys> {
  const file = join(localDir, 'keys.json');
  await mkdir(localDir, { recursive: true });
  const fresh = () => `k1:${randomBytes(32).toString('base64')}`;
  const keys: Keys = { tokenKeys: fresh(), secretsKeys: fresh() };
  try {
    await writeFile(file, `${JSON.stringify(keys, null, 2)}\n`, { flag: 'wx', mode: 0o600 });
    return keys;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    return keysFile.parse(JSON.parse(await readFile(file, 'utf8')));
  }
}
