/**
 * `node deploy/local/bootstrap.mjs deploy/nats-config.ts <folder>`: what a nats-server that somebody else runs needs.
 * Makes the keys once and writes them to `<folder>/keys.json` (NATS_KEYS_FILE); writes `<folder>/accounts.conf`, to be
 * included in the server's configuration beside its `jetstream` block. Repeatable: the same keys give the same accounts.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { loadOrCreateKeys, mintAccounts, operatorConfig } from './nats/accounts.ts';

const [folder] = process.argv.slice(2);
if (!folder) {
  console.error('usage: nats-config.ts <folder>');
  process.exit(1);
}
const dir = resolve(folder);
await mkdir(dir, { recursive: true });
const accounts = await mintAccounts(await loadOrCreateKeys(join(dir, 'keys.json')));
const file = join(dir, 'accounts.conf');
await writeFile(file, `${operatorConfig(accounts, join(dir, 'accounts'))}\n`, { mode: 0o600 });
console.log(`keys      ${join(dir, 'keys.json')} (keep them secret; set NATS_KEYS_FILE to this)`);
console.log(`accounts  ${file} (add to the server's configuration: include "${file}")`);
