/**
 * Finds a nats-server to run, or fetches one without touching the system. Order: the one that was named, the PATH, one
 * fetched before; then Debian's or Ubuntu's package unpacked (never installed), a Homebrew bottle unpacked, the
 * official release archive checked against its published checksums.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { constants, createWriteStream } from 'node:fs';
import { access, chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The release fetched when neither apt nor Homebrew is there. */
const RELEASE = 'v2.12.1';
const FETCH_DEADLINE_MS = 180_000;

export interface FindNatsServerOptions {
  /** The value of NATS_SERVER_BIN, if set. When given, nothing else is tried. */
  binFromEnv?: string | undefined;
  /** The folder that may be written, such as `.local`. */
  localDir: string;
  log: (line: string) => void;
}

/**
 * @returns the path of an executable nats-server
 * @throws Error that names every way that was tried and why it failed
 */
export async function findNatsServer(options: FindNatsServerOptions): Promise<string> {
  const { binFromEnv, log } = options;
  // apt takes relative folders for its own.
  const localDir = resolve(options.localDir);
  if (binFromEnv) {
    if (await isExecutable(binFromEnv)) return binFromEnv;
    throw new Error(`NATS_SERVER_BIN names no executable file: ${binFromEnv}`);
  }
  const onPath = await installedServer();
  if (onPath) return onPath;
  const cached = join(localDir, 'bin', 'nats-server');
  if (await isExecutable(cached)) return cached;
  return fetchNatsServer(localDir, cached, log);
}

async function installedServer(): Promise<string | undefined> {
  const found = await run('sh', ['-c', 'command -v nats-server'], { timeout: 5_000 }).then(
    ({ stdout }) => stdout.trim(),
    () => '',
  );
  // Debian installs servers in /usr/sbin, which is not on everybody's PATH.
  for (const candidate of [found, '/usr/sbin/nats-server', '/usr/local/sbin/nats-server']) {
    if (candidate && (await isExecutable(candidate))) return candidate;
  }
  return undefined;
}

async function fetchNatsServer(localDir: string, target: string, log: (line: string) => void): Promise<string> {
  const ways = [
    { name: 'apt-get download', fetch: fromApt },
    { name: 'brew fetch', fetch: fromHomebrew },
    { name: 'release archive', fetch: fromRelease },
  ];
  await mkdir(join(localDir, 'bin'), { recursive: true });
  const failures: string[] = [];
  for (const way of ways) {
    const scratch = await mkdtemp(join(localDir, 'fetch-nats-'));
    try {
      const found = await way.fetch(scratch);
      // Renaming within one folder: a second process that fetches at the same time sees all of the file or none.
      const staged = join(localDir, 'bin', `nats-server.${process.pid}`);
      await copyFile(found, staged);
      await chmod(staged, 0o755);
      await run(staged, ['--version'], { timeout: 10_000 });
      await rename(staged, target);
      log(`fetched nats-server (${way.name})`);
      return target;
    } catch (error) {
      failures.push(`  ${way.name}: ${reasonOf(error)}`);
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }
  throw new Error(
    `no nats-server was found, and none could be fetched:\n${failures.join('\n')}\n` +
      'Install nats-server 2.9 or newer, or set NATS_SERVER_BIN to one.',
  );
}

/** Debian and Ubuntu: downloads the package and unpacks it. Needs neither root nor the system's package lists. */
async function fromApt(scratch: string): Promise<string> {
  const quiet = ['-q', '-o', 'APT::Sandbox::User=root'];
  const options = { cwd: scratch, timeout: FETCH_DEADLINE_MS };
  try {
    await run('apt-get', [...quiet, 'download', 'nats-server'], options);
  } catch (error) {
    if (isMissing(error)) throw error;
    // A fresh container has no package lists: fetch them into a state of our own and leave the system's alone.
    const lists = join(scratch, 'lists');
    const cache = join(scratch, 'cache');
    await mkdir(join(lists, 'partial'), { recursive: true });
    await mkdir(join(cache, 'archives', 'partial'), { recursive: true });
    const own = [...quiet, '-o', `Dir::State::Lists=${lists}`, '-o', `Dir::Cache=${cache}`];
    await run('apt-get', [...own, 'update'], options);
    await run('apt-get', [...own, 'download', 'nats-server'], options);
  }
  const name = (await readdir(scratch)).find((file) => file.endsWith('.deb'));
  if (!name) throw new Error('apt-get downloaded nothing');
  await run('dpkg', ['-x', name, 'unpacked'], options);
  return join(scratch, 'unpacked', 'usr', 'sbin', 'nats-server');
}

/** macOS: a bottle is an archive with the binary inside; unpacking it installs nothing. */
async function fromHomebrew(scratch: string): Promise<string> {
  const options = { cwd: scratch, timeout: FETCH_DEADLINE_MS };
  await run('brew', ['fetch', '--force-bottle', 'nats-server'], options);
  const { stdout } = await run('brew', ['--cache', '--force-bottle', 'nats-server'], options);
  await run('tar', ['-xzf', stdout.trim(), '-C', scratch], options);
  return findFile(scratch, 'nats-server');
}

async function fromRelease(scratch: string): Promise<string> {
  const cpu = { x64: 'amd64', arm64: 'arm64' }[process.arch as string];
  if (!cpu) throw new Error(`no release archive for ${process.arch}`);
  const archive = `nats-server-${RELEASE}-${process.platform}-${cpu}.tar.gz`;
  const base = `https://github.com/nats-io/nats-server/releases/download/${RELEASE}`;
  const file = join(scratch, archive);
  const signal = AbortSignal.timeout(FETCH_DEADLINE_MS);
  const sums = await (await fetched(`${base}/SHA256SUMS`, signal)).text();
  const body = (await fetched(`${base}/${archive}`, signal)).body;
  if (!body) throw new Error('the release archive was empty');
  await pipeline(Readable.fromWeb(body), createWriteStream(file));
  const wanted = sums
    .split('\n')
    .find((line) => line.trim().endsWith(archive))
    ?.split(/\s+/)[0];
  const actual = createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
  if (actual !== wanted) throw new Error(`${archive} does not have its published checksum`);
  await run('tar', ['-xzf', file, '-C', scratch], { timeout: 60_000 });
  return findFile(scratch, 'nats-server');
}

async function fetched(url: string, signal: AbortSignal): Promise<Response> {
  const response = await fetch(url, { signal });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response;
}

async function findFile(folder: string, name: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found = entries.find((entry) => entry.isFile() && entry.name === name);
  if (!found) throw new Error(`no ${name} in what was fetched`);
  return join(found.parentPath, found.name);
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

function isMissing(error: unknown): boolean {
  // EACCES: a folder on the PATH that this user may not look into.
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EACCES');
}

function reasonOf(error: unknown): string {
  if (isMissing(error)) return 'not available here';
  const text = error instanceof Error ? error.message : String(error);
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return `${text.trim().split('\n').slice(0, 3).join(' ')}${cause}`;
}
