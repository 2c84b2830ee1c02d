/**
 * The embedded stack: everything that a call needs, on this machine, from nothing. Real PostgreSQL and NATS, every
 * service a process of its own, simulators for the parties we do not run. Stopping it leaves no process and no port.
 */
import { join } from 'node:path';
import { bridgeAnnouncement } from '@frontdesk/contracts/media-bridge/announcement';
import { RELEASE } from '@frontdesk/contracts/release';
import { withDeadline } from '@frontdesk/lifecycle';
import { connectMessaging, type Messaging } from '@frontdesk/messaging';
import { createLogger } from '@frontdesk/observability';
import { applySeed } from './apply-seed.ts';
import { baseEnv } from './base-env.ts';
import { type StackDatabase, startDatabase } from './database.ts';
import { loadOrCreateKeys } from './keys.ts';
import { type MessagingServer, startMessagingServer } from './messaging-server.ts';
import { type OutputPlace, openPlace } from './place.ts';
import { seeds } from './seeds/seeds.ts';
import { type Place, type ProcessSpec, type ServiceProcess, startServiceProcess } from './service-process.ts';
import type { StackSettings } from './settings.ts';
import { type ForeignParties, startForeignParties } from './simulators.ts';
import { type StackFile, writeStackFile } from './stack-file.ts';
import { chooseGatewayPorts, serviceSpecs } from './stack-processes.ts';
import { together } from './together.ts';

export const root = join(import.meta.dirname, '..', '..');

export interface Stack extends AsyncDisposable {
  /** What `.local/stack.json` says. */
  readonly description: StackFile;
  readonly tracesFile: string;
  readonly logsDir: string;
  readonly foreign: ForeignParties;
  /** As the operator: may ask every service everything. */
  readonly operator: Messaging;
  /** @throws Error when there is none of that name */
  process(name: string): ServiceProcess;
  /** Another process beside those of the start, or one of them again after its end. Stopped with the stack. */
  startProcess(spec: ProcessSpec): Promise<ServiceProcess>;
  /** The services' and simulators' processes. */
  readonly processes: readonly ServiceProcess[];
  /** The database as one service sees it. */
  databaseUrl(service: string): string;
  stop(): Promise<void>;
  /** Processes of this stack that are alive; after `stop` there must be none. */
  alive(): Promise<{ name: string; pid: number }[]>;
}

export interface StackOptions {
  /** `.local` of the checkout by default. */
  localDir?: string;
  /** Progress, one line each. */
  log?: (line: string) => void;
  /** Gives a start up; what was started by then is stopped. */
  signal?: AbortSignal;
  /** The services' processes as they shall be instead: told something else, or more of them. */
  respecify?: (specs: ProcessSpec[]) => ProcessSpec[];
}

/** @throws Error that says which part did not start and why; nothing of it is left running then */
export async function startStack(settings: StackSettings, options: StackOptions = {}): Promise<Stack> {
  const { localDir = join(root, '.local'), log = () => undefined, signal = new AbortController().signal } = options;
  await using starting = new AsyncDisposableStack();
  const output = starting.use(await openPlace(localDir, log));
  const place: Place = {
    root,
    runDir: output.runDir.path,
    logsDir: output.logsDir,
    baseEnv: baseEnv(),
    signal,
    remember: output.runDir.remember,
  };
  const gatewayPorts = await chooseGatewayPorts(settings);
  const gatewayUrls = gatewayPorts.map((port) => `http://127.0.0.1:${port}`);

  const [database, nats, foreign] = await together<[StackDatabase, MessagingServer, ForeignParties]>(starting, [
    remembered(output, 'postgres', startDatabase(settings, databaseOptions(place))),
    remembered(output, 'nats-server', startMessagingServer(settings, natsOptions(place, localDir, log))),
    startForeignParties(settings, gatewayUrls, place),
  ]);
  signal.throwIfAborted();
  log('PostgreSQL, NATS and simulators are up');

  const operator = starting.use(
    await connectMessaging({
      servers: nats.url,
      credsFile: nats.creds('admin'),
      service: 'admin',
      instanceId: 'stack',
      version: RELEASE,
      log: createLogger({ service: 'stack', instanceId: 'stack', level: 'silent' }),
    }),
  );
  const wiring = {
    settings,
    database,
    nats,
    foreign,
    keys: await loadOrCreateKeys(localDir),
    tracesFile: output.tracesFile,
  };
  const specs = (options.respecify ?? ((same) => same))(serviceSpecs(wiring, gatewayPorts));
  const announced = everyBridgeAnnounced(operator, settings.bridges);
  const processes = await together<ServiceProcess[]>(
    starting,
    specs.map((spec) => startServiceProcess(spec, place)),
  );
  // Not `use`d one by one at the end: all stop at the same time, and before what they talk to.
  starting.defer(() => stopAll(processes));
  log(`${processes.length} services are up`);
  const { apiUrl, accountSid, authToken } = foreign.twilio;
  const account = { accountSid, authToken };
  const businesses = await Promise.all(
    withOwnNumber(settings).map((seed) => applySeed(operator, seed, { twilio: account, credsDir: output.credsDir })),
  );
  await withDeadline('hearing every bridge', 10_000, announced);

  const everything = [...processes, ...foreign.processes];
  const description: StackFile = {
    gateway: { urls: gatewayUrls, publicUrl: settings.publicUrl },
    nats: { url: nats.url, adminCreds: nats.creds('admin') },
    postgres: { url: database.adminUrl },
    twilio: { apiUrl, ...account },
    model: describeModel(foreign),
    businesses,
    processes: everything.map(({ name, service, child, healthUrl }) => ({
      name,
      service,
      pid: child.pid,
      healthUrl,
    })),
  };
  await writeStackFile(output.stackFile, description);
  signal.throwIfAborted();

  const running = starting.move();
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= running.disposeAsync();
    return stopped;
  };
  return {
    description,
    tracesFile: output.tracesFile,
    logsDir: output.logsDir,
    foreign,
    operator,
    process(name) {
      const found = [...processes, ...foreign.processes].findLast((process) => process.name === name);
      if (!found) throw new Error(`this stack has no process ${name}`);
      return found;
    },
    async startProcess(spec) {
      const started = await startServiceProcess(spec, place);
      processes.push(started);
      return started;
    },
    processes: everything,
    databaseUrl: (service) => database.urlsOf(service).url,
    stop,
    alive: () => output.runDir.alive(),
    [Symbol.asyncDispose]: stop,
  };
}

function describeModel({ model }: ForeignParties): StackFile['model'] {
  const { realtimeUrl, realtimeTlsUrl, apiUrl, apiKeys, ca } = model;
  return { realtimeUrl, realtimeTlsUrl, apiUrl, apiKey: apiKeys.realtime, ca };
}

function databaseOptions({ runDir, logsDir, baseEnv: env }: Place) {
  const log = createLogger({ service: 'migrate', instanceId: 'stack', level: 'warn' });
  return { dir: join(runDir, 'postgres'), logFile: join(logsDir, 'postgres.log'), env, log };
}

function natsOptions({ runDir, logsDir }: Place, localDir: string, log: (line: string) => void) {
  return { dir: join(runDir, 'nats'), logFile: join(logsDir, 'nats-server.log'), localDir, log };
}

async function remembered<T extends { pid: number | undefined }>(
  output: OutputPlace,
  name: string,
  starting: Promise<T>,
): Promise<T> {
  const started = await starting;
  if (started.pid !== undefined) await output.runDir.remember(name, started.pid);
  return started;
}

/** A gateway places calls on bridges it has heard of; a call before that would find none. */
function everyBridgeAnnounced(operator: Messaging, bridges: number): Promise<void> {
  const heard = new Set<string>();
  const { promise, resolve } = Promise.withResolvers<void>();
  const subscription = operator.onSignal(bridgeAnnouncement, ({ podId }) => {
    heard.add(podId);
    if (heard.size >= bridges) resolve();
  });
  return promise.finally(() => subscription[Symbol.asyncDispose]());
}

function withOwnNumber(settings: StackSettings) {
  const { ownNumber } = settings;
  if (!ownNumber) return seeds;
  return seeds.map((seed, index) =>
    index === 0 ? { ...seed, business: { ...seed.business, numbers: [ownNumber] } } : seed,
  );
}

/** Calls end first, then what they were answered with. */
async function stopAll(processes: readonly ServiceProcess[]): Promise<void> {
  const carriesCalls = ({ service }: ServiceProcess) => service === 'gateway' || service === 'media-bridge';
  for (const wave of [processes.filter(carriesCalls), processes.filter((process) => !carriesCalls(process))]) {
    await Promise.all(wave.map((process) => process.child.stop()));
  }
}
