/** The NATS of a stack: an embedded nats-server in operator mode, or one that somebody else runs. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect, credsAuthenticator } from 'nats';
import { loadOrCreateKeys, mintAccounts, type NatsAccounts, operatorConfig, writeCreds } from '../nats/accounts.ts';
import { checkNats } from '../nats/check.ts';
import { provision } from '../nats/provision.ts';
import { findNatsServer, startNatsServer } from '../nats/server.ts';
import { dyingWithUs } from './child-process.ts';
import type { StackSettings } from './settings.ts';

export interface MessagingServer extends AsyncDisposable {
  readonly url: string;
  /** Undefined when it is somebody else's. */
  readonly pid: number | undefined;
  readonly accounts: NatsAccounts;
  /** The path of a service's credentials; also `admin`, `system` and `claims`. */
  creds(name: string): string;
}

export interface MessagingServerOptions {
  /** Of this run: configuration, streams and credentials. */
  dir: string;
  localDir: string;
  logFile: string;
  log: (line: string) => void;
}

/** @throws Error naming everything that an outside server lacks */
export async function startMessagingServer(
  settings: StackSettings,
  options: MessagingServerOptions,
): Promise<MessagingServer> {
  await mkdir(options.dir, { recursive: true });
  const { nats: outside } = settings.outside;
  const accounts = await mintAccounts(await loadOrCreateKeys(await keysFile(outside, options.dir)));
  const credsDir = join(options.dir, 'creds');
  await writeCreds(credsDir, accounts);
  const creds = (name: string) => join(credsDir, `${name}.creds`);
  if (outside) {
    await prepare(outside.url, creds('admin'), true);
    return { url: outside.url, pid: undefined, accounts, creds, [Symbol.asyncDispose]: async () => undefined };
  }
  const bin = await findNatsServer({
    binFromEnv: settings.natsServerBin,
    localDir: options.localDir,
    log: options.log,
  });
  const config = operatorConfig(accounts, join(options.dir, 'accounts'));
  const server = await startNatsServer({
    bin,
    dir: options.dir,
    config,
    launcher: dyingWithUs('TERM'),
    logFile: options.logFile,
  });
  try {
    await prepare(server.url, creds('admin'), false);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { url: server.url, pid: server.pid, accounts, creds, [Symbol.asyncDispose]: () => server.stop() };
}

/** An outside server's keys are never made up: they have to be those it was configured with. */
async function keysFile(outside: { keysFile: string } | undefined, dir: string): Promise<string> {
  if (!outside) return join(dir, 'keys.json');
  await readFile(outside.keysFile).catch((error: unknown) => {
    throw new Error(`NATS_KEYS_FILE cannot be read: ${String(error)}`);
  });
  return outside.keysFile;
}

async function prepare(url: string, adminCreds: string, isOutside: boolean): Promise<void> {
  const servers = url.split(',');
  const authenticator = credsAuthenticator(await readFile(adminCreds));
  const connection = await connect({ servers, authenticator, timeout: 5_000, reconnect: false }).catch(
    (error: unknown) => {
      throw new Error(`cannot use the nats-server at NATS_URL with the keys of NATS_KEYS_FILE: ${String(error)}`);
    },
  );
  try {
    await provision(connection);
    const problems = isOutside ? await checkNats(connection) : [];
    if (problems.length > 0) throw new Error(`the NATS at NATS_URL cannot be used:\n  ${problems.join('\n  ')}`);
  } finally {
    await connection.close();
  }
}
