/** One real nats-server in operator mode, provisioned, for a test run. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect, credsAuthenticator, type NatsConnection } from 'nats';
import { dyingWithUs } from '../local/child-process.ts';
import { loadOrCreateKeys, mintAccounts, type NatsAccounts, operatorConfig, writeCreds } from './accounts.ts';
import { provision } from './provision.ts';
import { findNatsServer, type RunningNatsServer, startNatsServer } from './server.ts';

export interface TestNatsOptions {
  /** The value of NATS_SERVER_BIN, if set. */
  binFromEnv?: string | undefined;
  /** Where a fetched nats-server is kept between runs; `<repository>/.local` by default. */
  localDir?: string;
  log?: (line: string) => void;
}

export interface TestNats extends AsyncDisposable {
  readonly url: string;
  readonly adminCreds: string;
  readonly systemCreds: string;
  /** May only push account claims: what business-profile is given. */
  readonly claimsCreds: string;
  /** Folder with `<service>.creds`. */
  readonly credsDir: string;
  /** JSON file with every seed, in the shape of `natsKeys`. */
  readonly operatorSeedsFile: string;
  /** What business-profile needs to add businesses. */
  readonly servicesAccount: string;
  readonly activationSeed: string;
  readonly operatorSeed: string;
  readonly accounts: NatsAccounts;
  readonly server: RunningNatsServer;
  stop(): Promise<void>;
  /** SIGKILL, then the same data and the same port again. */
  restart(downMs?: number): Promise<void>;
}

/** @param dir a folder of this server alone */
export async function startTestNats(dir: string, options: TestNatsOptions = {}): Promise<TestNats> {
  const localDir = options.localDir ?? join(import.meta.dirname, '..', '..', '.local');
  await mkdir(localDir, { recursive: true });
  const bin = await findNatsServer({ binFromEnv: options.binFromEnv, localDir, log: options.log ?? (() => undefined) });
  const operatorSeedsFile = join(dir, 'keys.json');
  const credsDir = join(dir, 'creds');
  const accounts = await mintAccounts(await loadOrCreateKeys(operatorSeedsFile));
  await writeCreds(credsDir, accounts);
  const start = (port: number) =>
    startNatsServer({
      bin,
      dir,
      port,
      config: operatorConfig(accounts, join(dir, 'accounts')),
      launcher: dyingWithUs('TERM'),
    });
  let server = await start(0);
  const adminCreds = join(credsDir, 'admin.creds');
  const admin = await connectWithCreds(server.url, adminCreds);
  await provision(admin);
  await admin.close();
  const stop = () => server.stop();
  return {
    url: server.url,
    adminCreds,
    systemCreds: join(credsDir, 'system.creds'),
    claimsCreds: join(credsDir, 'claims.creds'),
    credsDir,
    operatorSeedsFile,
    servicesAccount: accounts.services.publicKey,
    activationSeed: accounts.keys.activation,
    operatorSeed: accounts.keys.operatorSigning,
    accounts,
    get server() {
      return server;
    },
    stop,
    async restart(downMs = 0) {
      const { port } = server;
      await server.kill();
      if (downMs > 0) await new Promise((resolve) => setTimeout(resolve, downMs));
      server = await start(port);
    },
    [Symbol.asyncDispose]: stop,
  };
}

/** A plain connection, with the client's own defaults but for the credentials. */
export async function connectWithCreds(url: string, credsFile: string, inboxPrefix?: string): Promise<NatsConnection> {
  const creds = await readFile(credsFile);
  return connect({ servers: url, authenticator: credsAuthenticator(creds), inboxPrefix, timeout: 5_000 });
}
