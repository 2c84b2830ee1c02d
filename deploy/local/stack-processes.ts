/** Which processes a stack has and what each is told by its environment. */
import { join } from 'node:path';
import type { StackDatabase } from './database.ts';
import { freePort, portOrFree } from './free-port.ts';
import type { Keys } from './keys.ts';
import type { MessagingServer } from './messaging-server.ts';
import type { ProcessSpec } from './service-process.ts';
import type { StackSettings } from './settings.ts';
import type { ForeignParties } from './simulators.ts';

export interface Wiring {
  settings: StackSettings;
  database: StackDatabase;
  nats: MessagingServer;
  foreign: ForeignParties;
  keys: Keys;
  tracesFile: string;
}

/** Gateways are told their ports, because Twilio is told them before they run. */
export async function chooseGatewayPorts(settings: StackSettings): Promise<number[]> {
  const ports = [await portOrFree(settings.port)];
  while (ports.length < settings.gateways) {
    const port = await freePort();
    if (!ports.includes(port)) ports.push(port);
  }
  return ports;
}

export function serviceSpecs(wiring: Wiring, gatewayPorts: readonly number[]): ProcessSpec[] {
  const { settings, foreign, keys, nats } = wiring;
  const businessProfile = {
    SECRETS_KEYS: keys.secretsKeys,
    NATS_SERVICES_ACCOUNT: nats.accounts.services.publicKey,
    NATS_ACTIVATION_SEED: nats.accounts.keys.activation,
    NATS_OPERATOR_SEED: nats.accounts.keys.operatorSigning,
    NATS_SYSTEM_CREDS: nats.creds('claims'),
  };
  const transcript = {
    OPENAI_API_KEY: foreign.model.apiKeys.rest,
    OPENAI_BASE_URL: foreign.model.apiUrl,
    SUMMARY_MODEL: settings.summaryModel,
  };
  return [
    spec('business-profile-1', 'business-profile', wiring, {
      ...stateful(wiring, 'business-profile'),
      ...businessProfile,
    }),
    spec('booking-1', 'booking', wiring, stateful(wiring, 'booking')),
    spec('caller-profile-1', 'caller-profile', wiring, stateful(wiring, 'caller-profile')),
    spec('transcript-1', 'transcript', wiring, { ...stateful(wiring, 'transcript'), ...transcript }),
    ...Array.from({ length: settings.bridges }, (_, index) => bridge(`media-bridge-${index + 1}`, wiring)),
    ...gatewayPorts.map((port, index) => gateway(`gateway-${index + 1}`, port, wiring)),
  ];
}

function bridge(name: string, wiring: Wiring): ProcessSpec {
  const { settings, foreign, keys } = wiring;
  return spec(name, 'media-bridge', wiring, {
    POD_ID: name,
    BRIDGE_PORT: '0',
    POOL: 'default',
    ZONE: 'local',
    CAPACITY: String(settings.bridgeCapacity),
    DRAIN_MS: '2000',
    TOKEN_KEYS: keys.tokenKeys,
    SECRETS_KEYS: keys.secretsKeys,
    OPENAI_API_KEY: foreign.model.apiKeys.realtime,
    OPENAI_REALTIME_URL: foreign.model.realtimeUrl,
    OPENAI_CA_FILE: settings.outside.realtimeCaFile,
    OPENAI_REALTIME_MODEL: settings.realtimeModel,
    TWILIO_API_URL: foreign.twilio.apiUrl,
  });
}

function gateway(name: string, port: number, wiring: Wiring): ProcessSpec {
  const { settings, foreign, keys } = wiring;
  return spec(name, 'gateway', wiring, {
    PORT: String(port),
    HOST: '127.0.0.1',
    PUBLIC_URL: settings.publicUrl,
    POOLS: 'default',
    TOKEN_KEYS: keys.tokenKeys,
    SECRETS_KEYS: keys.secretsKeys,
    TWILIO_ACCOUNT_SID: foreign.twilio.accountSid,
    TWILIO_AUTH_TOKEN: foreign.twilio.authToken,
    DRAIN_MS: '2000',
  });
}

function spec(name: string, service: string, wiring: Wiring, env: ProcessSpec['env']): ProcessSpec {
  return {
    name,
    service,
    script: join('services', service, 'src', 'main.ts'),
    readyPath: '/readyz',
    env: {
      SERVICE_INSTANCE: name,
      LOG_LEVEL: wiring.settings.logLevel,
      NATS_URL: wiring.nats.url,
      NATS_CREDS: wiring.nats.creds(service),
      HEALTH_PORT: '0',
      TRACES_FILE: wiring.tracesFile,
      ...env,
    },
  };
}

function stateful(wiring: Wiring, service: string): ProcessSpec['env'] {
  const { url, systemUrl } = wiring.database.urlsOf(service);
  return { DATABASE_URL: url, DATABASE_SYSTEM_URL: systemUrl };
}
