/**
 * `node deploy/local/bootstrap.mjs <script.ts> [arguments…]`
 *
 * The only file here that an older Node has to understand (20 or newer): it installs the workspace when the lockfile
 * or a manifest has changed since the last time, and then runs the script with the Node that the lockfile names.
 * A run that finds nothing changed touches no network.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const bin = join(root, 'node_modules', '.bin');
const stamp = join(root, 'node_modules', '.frontdesk-installed');
const lock = join(root, '.local', 'install.lock');
const [script, ...args] = process.argv.slice(2);

await main();

async function main() {
  if (!script) fail('usage: node deploy/local/bootstrap.mjs <script.ts> [arguments…]');
  if (!isInstalled()) await installAlone();
  runScript();
}

function isInstalled() {
  if (!existsSync(stamp) || !existsSync(join(bin, 'node'))) return false;
  return readFileSync(stamp, 'utf8') === manifestHash();
}

/** Changes whenever an install would: lockfile, workspace settings, any package's manifest, this machine's kind. */
function manifestHash() {
  const packages = ['services', 'libs'].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => join(folder, name, 'package.json')),
  );
  const files = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', 'test/package.json', 'deploy/package.json'];
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  for (const file of [...files, ...packages.sort()]) {
    const path = join(root, file);
    if (existsSync(path)) hash.update(`${file}\n`).update(readFileSync(path));
  }
  return hash.digest('hex');
}

/** Two commands started at the same time must not install into one folder at the same time. */
async function installAlone() {
  mkdirSync(dirname(lock), { recursive: true });
  const deadline = Date.now() + 600_000;
  while (!takeLock()) {
    if (Date.now() > deadline) fail(`another installation holds ${lock} for more than 10 minutes`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  try {
    if (!isInstalled()) install();
  } finally {
    rmSync(lock, { force: true });
  }
}

function takeLock() {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    // Empty or gone: its holder is just taking it, or just done.
    const holder = existsSync(lock) ? Number(readFileSync(lock, 'utf8')) : 0;
    if (holder && !isAlive(holder)) rmSync(lock, { force: true });
    return false;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function install() {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const pnpm = packageManager.split('+')[0];
  const began = Date.now();
  console.error(`Installing dependencies with ${pnpm} …`);
  const result = spawnSync('npx', ['--yes', pnpm, 'install', '--frozen-lockfile'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, CI: 'true' },
  });
  if (result.error?.code === 'ENOENT') {
    fail(
      'npx was not found. Install Node 20 or newer together with npm (on Debian and Ubuntu: apt install nodejs npm).',
    );
  }
  if (result.status !== 0) {
    console.error(result.stdout, result.stderr);
    fail(`installing dependencies failed (${pnpm} install --frozen-lockfile)`);
  }
  if (!existsSync(join(bin, 'node'))) {
    fail('the install brought no Node of its own: the install script of the package "node" did not run');
  }
  writeFileSync(stamp, manifestHash());
  console.error(`Installed in ${Math.round((Date.now() - began) / 1000)} s.`);
}

function runScript() {
  const command = [join(bin, 'node'), join(root, script), ...args];
  // When this process is killed outright nobody forwards the signal, so the kernel does (Linux).
  const launcher = process.platform === 'linux' ? ['setpriv', '--pdeathsig', 'TERM'] : [];
  const hasLauncher = launcher.length > 0 && spawnSync(launcher[0], ['--version']).status === 0;
  const [file, ...rest] = hasLauncher ? [...launcher, ...command] : command;
  const child = spawn(file, rest, {
    stdio: 'inherit',
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  // npm that is killed outright tells nobody either: whoever has lost it is in another's care.
  const parent = process.ppid;
  const watch = () => process.ppid !== parent && child.kill('SIGTERM');
  if (process.env.npm_lifecycle_event) setInterval(watch, 500).unref();
  child.once('error', (error) => fail(`cannot run ${file}: ${error.message}`));
  child.once('exit', (code, signal) =>
    process.exit(code ?? 128 + ({ SIGINT: 2, SIGTERM: 15, SIGKILL: 9 }[signal] ?? 1)),
  );
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
