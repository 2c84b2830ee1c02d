/** The parties we do not run ourselves: simulated, unless the environment names real ones. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Place, type ProcessSpec, type ServiceProcess, startServiceProcess } from './service-process.ts';
import { OPENAI_BASE_URL, type StackSettings } from './settings.ts';
import { together } from './together.ts';

export const TWILIO_API_URL = 'https://api.twilio.com';

export interface ForeignParties extends AsyncDisposable {
  readonly twilio: { apiUrl: string; accountSid: string; authToken: string; isSimulated: boolean };
  readonly model: {
    realtimeUrl: string;
    realtimeTlsUrl: string;
    apiUrl: string;
    apiKeys: { realtime: string; rest: string };
    ca: string;
    isSimulated: boolean;
  };
  readonly processes: readonly ServiceProcess[];
}

/** @param gatewayUrls where the simulated Twilio finds what it knows as `settings.publicUrl` */
export async function startForeignParties(
  settings: StackSettings,
  gatewayUrls: readonly string[],
  place: Place,
): Promise<ForeignParties> {
  await using starting = new AsyncDisposableStack();
  const { outside } = settings;
  const account = outside.twilio ?? { accountSid: `AC${hex(16)}`, authToken: hex(16) };
  const simulatedKey = `sk-simulated-${hex(12)}`;
  const caFile = join(place.runDir, 'model-ca.pem');
  const needsModel = !outside.realtimeUrl || !outside.openAiUrl;

  const specs: ProcessSpec[] = [];
  if (!outside.twilio) specs.push(twilioSimulator(account, settings.publicUrl, gatewayUrls));
  if (needsModel) specs.push(modelSimulator(simulatedKey, caFile));
  const processes = await together(
    starting,
    specs.map((spec) => startServiceProcess(spec, place)),
  );

  const twilio = processes.find(({ service }) => service === 'twilio-simulator');
  const model = processes.find(({ service }) => service === 'openai-simulator')?.ports;
  const running = starting.move();
  return {
    twilio: {
      ...account,
      apiUrl: twilio ? `http://127.0.0.1:${twilio.ports.port}` : (outside.twilio?.apiUrl ?? TWILIO_API_URL),
      isSimulated: twilio !== undefined,
    },
    model: {
      realtimeUrl: outside.realtimeUrl ?? `ws://127.0.0.1:${model?.port}/v1/realtime`,
      realtimeTlsUrl: outside.realtimeUrl ?? `wss://127.0.0.1:${model?.tlsPort}/v1/realtime`,
      apiUrl: outside.openAiUrl ?? (model ? `http://127.0.0.1:${model.port}/v1` : OPENAI_BASE_URL),
      apiKeys: {
        realtime: (outside.realtimeUrl && outside.openAiKey) || simulatedKey,
        rest: (outside.openAiUrl && outside.openAiKey) || simulatedKey,
      },
      ca: needsModel ? caFile : '',
      isSimulated: !outside.realtimeUrl,
    },
    processes,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function twilioSimulator(
  account: { accountSid: string; authToken: string },
  publicUrl: string,
  gatewayUrls: readonly string[],
): ProcessSpec {
  return {
    name: 'twilio-simulator',
    service: 'twilio-simulator',
    script: 'test/simulators/twilio/main.ts',
    readyPath: '/healthz',
    env: {
      PORT: '0',
      TWILIO_ACCOUNT_SID: account.accountSid,
      TWILIO_AUTH_TOKEN: account.authToken,
      PUBLIC_HOSTS: JSON.stringify({ [publicUrl]: gatewayUrls }),
    },
  };
}

function modelSimulator(apiKey: string, caFile: string): ProcessSpec {
  return {
    name: 'openai-simulator',
    service: 'openai-simulator',
    script: 'test/simulators/openai/main.ts',
    readyPath: '/healthz',
    env: { PORT: '0', TLS_PORT: '0', API_KEY: apiKey, CA_FILE: caFile },
  };
}

function hex(bytes: number): string {
  return randomBytes(bytes).toString('hex');
}
