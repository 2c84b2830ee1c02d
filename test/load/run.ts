/** One run: the relay carries the calls, then the stack, then the relay once more, within the same minutes. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { applySeed } from '@frontdesk/deploy/local/apply-seed.ts';
import { baseEnv } from '@frontdesk/deploy/local/base-env.ts';
import { readSettings } from '@frontdesk/deploy/local/settings.ts';
import { root, type Stack, startStack } from '@frontdesk/deploy/local/stack.ts';
import { z } from 'zod';
import { makeCertificates } from '../simulators/certificate.ts';
import type { BenchArguments } from './arguments.ts';
import { type BookingFigures, measureBooking } from './booking-load.ts';
import { loadSeed } from './businesses.ts';
import type { CallerFigures, ModelFigures } from './figures.ts';
import { type HotSpot, hotSpots } from './hot-spots.ts';
import { type CpuProfile, cpuProfile, openInspector } from './inspector.ts';
import { beginWindow, dialRelay, hangUpAll, type Phase, readFigures, ringAll } from './load.ts';
import { BUSINESSES } from './pace.ts';
import type { NamedProcess } from './processor-time.ts';
import { type RemoteProcess, startRemote } from './remote.ts';
import { type Window, watch } from './window.ts';

export interface Measured {
  phase: Phase;
  window: Window;
  callers: CallerFigures;
  model: ModelFigures;
}

export interface Run {
  calls: number;
  bridges: string[];
  gateways: string[];
  /** The very first calls after the start. */
  cold: Phase;
  stack: Measured;
  /** Before the stack and after it: a machine’s speed changes from minute to minute. */
  relays: { before: Measured; after: Measured };
  booking: BookingFigures;
  memory: { fewCalls: number; manyCalls: number; bytesPerCall: number } | { unknown: string };
  hotSpots: Record<string, HotSpot[]>;
}

/** Of all calls, how many are there for the first look at memory. */
const FEW_CALLS_SHARE = 0.2;
/** Longer than one cycle of talking, so that every kind of frame has gone through. */
const SETTLE_MS = 12_000;
/** With fewer, what a process holds anyway changes by more than the calls do. */
const FEWEST_CALLS_FOR_MEMORY = 40;
const AFTER_CALLS_MS = 5_000;
const PROFILE_MS = 15_000;
const MOST_HOT_SPOTS = 20;
const here = import.meta.dirname;

export async function runBench(given: BenchArguments, log: (line: string) => void, signal: AbortSignal): Promise<Run> {
  await using owned = new AsyncDisposableStack();
  const apiKey = `sk-load-${randomBytes(12).toString('hex')}`;
  const env = baseEnv();
  const tls = given.tlsModel ? await modelTls(owned) : undefined;
  const model = owned.use(startRemote(join(here, 'model.ts'), { ...env, API_KEY: apiKey, ...tls?.ofModel }));
  const modelUrl = `${tls ? 'wss' : 'ws'}://127.0.0.1:${await portOf(model)}/v1/realtime`;
  const stack = owned.use(
    await startStack(
      readSettings({
        PORT: '0',
        BRIDGES: String(given.bridges),
        BRIDGE_CAPACITY: String(given.calls + 10),
        OPENAI_REALTIME_URL: modelUrl,
        OPENAI_API_KEY: apiKey,
        OPENAI_CA_FILE: tls?.caFile,
      }),
      { log, signal },
    ),
  );
  await seed(stack, given.calls);
  const account = {
    gatewayUrl: stack.description.gateway.urls[0] ?? '',
    publicUrl: stack.description.gateway.publicUrl,
    accountSid: stack.description.twilio.accountSid,
    authToken: stack.description.twilio.authToken,
  };
  const callers = owned.use(startRemote(join(here, 'callers.ts'), { ...env, ACCOUNT: JSON.stringify(account) }));
  const relay = owned.use(
    startRemote(join(here, 'relay.ts'), { ...env, MODEL_URL: modelUrl, API_KEY: apiKey, ...tls?.ofRelay }),
  );
  const relayPort = await portOf(relay);
  const processes: NamedProcess[] = [
    ...(await stack.alive()),
    { name: 'load: callers', pid: callers.pid },
    { name: 'load: model', pid: model.pid },
    { name: 'relay', pid: relay.pid },
    { name: 'bench', pid: process.pid },
  ];
  const bridges = serviceNames(stack, 'media-bridge');
  const relaySeconds = given.seconds / 2;
  const measureRelay = async (whileTalking?: () => Promise<void>): Promise<Measured> => {
    log(`measuring the relay for ${relaySeconds} s`);
    const relayed = await dialRelay(callers, relayPort, given.calls);
    await pause(SETTLE_MS, signal);
    const ofRelay = await measure(callers, model, relayed, processes, relaySeconds, signal);
    await whileTalking?.();
    await hangUpAll(callers);
    await pause(AFTER_CALLS_MS, signal);
    return ofRelay;
  };
  const relayBefore = await measureRelay();

  // A process that has just started has yet to compile its code, and nobody's hundredth call waits for that.
  const warmUp = Math.min(given.calls, BUSINESSES);
  log(`warming up with ${warmUp} calls`);
  const cold = await ringAll(callers, 0, warmUp);
  await hangUpAll(callers);

  const few = Math.max(1, Math.round(given.calls * FEW_CALLS_SHARE));
  log(`ringing with ${few} calls`);
  const first = await ringAll(callers, 0, few);
  await pause(SETTLE_MS, signal);
  const fewBytes = await memoryInUse(stack, bridges);
  log(`ringing with ${given.calls} calls`);
  const rest = await ringAll(callers, few, given.calls);
  const phase = { placed: [...first.placed, ...rest.placed], failed: [...first.failed, ...rest.failed] };
  if (phase.placed.length === 0) throw new Error(`no call was answered: ${phase.failed[0]}`);
  await pause(SETTLE_MS, signal);

  log(`measuring the stack for ${given.seconds} s`);
  const ofStack = await measure(callers, model, phase, processes, given.seconds, signal);
  const manyBytes = await memoryInUse(stack, bridges);
  const spots = given.profile ? await profile(stack, bridges, log) : {};
  await hangUpAll(callers);
  await pause(AFTER_CALLS_MS, signal);

  const relayAfter = await measureRelay(async () => {
    if (!given.profile) return;
    const recorded = await relay.ask('profile', cpuProfile, PROFILE_MS, 2 * PROFILE_MS);
    spots.relay = await keepProfile('relay', recorded);
  });

  log('measuring booking alone');
  const booking = await measureBooking(stack, processes, signal);

  return {
    calls: given.calls,
    bridges,
    gateways: serviceNames(stack, 'gateway'),
    cold,
    stack: ofStack,
    relays: { before: relayBefore, after: relayAfter },
    booking,
    memory: slope(fewBytes, manyBytes, phase.placed.length - first.placed.length),
    hotSpots: spots,
  };
}

/** Bridges read the authority from a file, which is there as long as the run. */
async function modelTls(owned: AsyncDisposableStack) {
  const { ca, cert, key } = await makeCertificates();
  const folder = await mkdtemp(join(tmpdir(), 'frontdesk-bench-'));
  owned.defer(() => rm(folder, { recursive: true }));
  const caFile = join(folder, 'model-ca.pem');
  await writeFile(caFile, ca);
  return { caFile, ofModel: { TLS_CERT: cert, TLS_KEY: key }, ofRelay: { MODEL_CA: ca } };
}

async function portOf(remote: RemoteProcess): Promise<number> {
  return remote.ask('port', z.int());
}

async function seed(stack: Stack, calls: number): Promise<void> {
  const { twilio } = stack.description;
  const options = {
    twilio: { accountSid: twilio.accountSid, authToken: twilio.authToken },
    credsDir: join(stack.logsDir, '..', 'creds'),
  };
  for (let index = 0; index < BUSINESSES; index += 1) await applySeed(stack.operator, loadSeed(index, calls), options);
}

function serviceNames(stack: Stack, service: string): string[] {
  return stack.description.processes.filter((each) => each.service === service).map(({ name }) => name);
}

async function measure(
  callers: RemoteProcess,
  model: RemoteProcess,
  phase: Phase,
  processes: readonly NamedProcess[],
  seconds: number,
  signal: AbortSignal,
): Promise<Measured> {
  await beginWindow(callers, model);
  const window = await watch(processes, phase.placed.length, seconds, signal);
  return { phase, window, ...(await readFigures(callers, model)) };
}

/** Of all bridges together. */
async function memoryInUse(stack: Stack, bridges: readonly string[]): Promise<number | string> {
  let bytes = 0;
  for (const name of bridges) {
    const { child } = stack.process(name);
    try {
      await using inspector = await openInspector({ name, pid: child.pid, logFile: child.logFile });
      bytes += await inspector.memoryInUse();
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
  return bytes;
}

function slope(few: number | string, many: number | string, calls: number): Run['memory'] {
  if (calls < FEWEST_CALLS_FOR_MEMORY) return { unknown: `${calls} calls more are too few to see what one holds` };
  if (typeof few === 'string') return { unknown: few };
  if (typeof many === 'string') return { unknown: many };
  return { fewCalls: few, manyCalls: many, bytesPerCall: (many - few) / calls };
}

async function profile(
  stack: Stack,
  bridges: readonly string[],
  log: (line: string) => void,
): Promise<Record<string, HotSpot[]>> {
  const spots: Record<string, HotSpot[]> = {};
  for (const name of [...bridges.slice(0, 1), ...serviceNames(stack, 'gateway').slice(0, 1)]) {
    log(`recording a CPU profile of ${name}`);
    const { child } = stack.process(name);
    await using inspector = await openInspector({ name, pid: child.pid, logFile: child.logFile });
    await inspector.startProfile();
    await delay(PROFILE_MS);
    const recorded = await inspector.stopProfile();
    spots[name] = await keepProfile(name, recorded);
  }
  return spots;
}

async function keepProfile(name: string, recorded: CpuProfile): Promise<HotSpot[]> {
  await writeFile(join(root, '.local', `bench-${name}.cpuprofile`), JSON.stringify(recorded));
  return hotSpots(recorded, MOST_HOT_SPOTS);
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal });
}
