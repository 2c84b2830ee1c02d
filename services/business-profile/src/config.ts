/** Environment → configuration. A process that cannot run stops at the start and names the variable. */
import { duration, integer, list, port, readConfig as readEnvironment, secret, text, url } from '@frontdesk/config';
import type { LogLevel } from '@frontdesk/observability';
import { z } from 'zod';

export interface Config {
  readonly instanceId: string;
  readonly logLevel: LogLevel;
  readonly nats: {
    readonly servers: string[];
    readonly credsFile: string;
    readonly systemCredsFile: string;
    /** Public key of the account all services are in. */
    readonly servicesAccount: string;
  };
  readonly health: { readonly host: string; readonly port: number };
  readonly poolSize: number;
  readonly reconcileEveryMs: number;
  readonly telemetry: { readonly tracesFile: string | undefined; readonly otlpEndpoint: string | undefined };
  readonly portFile: string | undefined;
  /** Apart from the rest, so that the rest can be logged. */
  readonly secrets: {
    readonly databaseUrl: string;
    readonly databaseSystemUrl: string;
    readonly keyRing: string;
    readonly activationSeed: string;
    readonly operatorSeed: string;
  };
}

const accountKey = z.string().regex(/^A[A-Z2-7]{55}$/, 'must be the public key of a NATS account');
const seed = (kind: string, prefix: RegExp) => secret().regex(prefix, `must be the seed of ${kind}`);

const environment = {
  SERVICE_INSTANCE: text().default('business-profile-1'),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  NATS_URL: list(),
  NATS_CREDS: text(),
  NATS_SYSTEM_CREDS: text(),
  NATS_SERVICES_ACCOUNT: accountKey,
  NATS_ACTIVATION_SEED: seed('an account signing key', /^SA[A-Z2-7]{56}$/),
  NATS_OPERATOR_SEED: seed('an operator signing key', /^SO[A-Z2-7]{56}$/),
  SECRETS_KEYS: secret(),
  HEALTH_PORT: port().default(0),
  HEALTH_HOST: text().default('127.0.0.1'),
  DATABASE_URL: secret(),
  DATABASE_SYSTEM_URL: secret(),
  DATABASE_POOL_SIZE: integer({ min: 1, max: 100 }).default(10),
  DIRECTORY_RECONCILE_INTERVAL: duration().default(30_000),
  TRACES_FILE: text().optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: url({ protocols: ['http:', 'https:'] }).optional(),
  PORT_FILE: text().optional(),
};

/** @throws ConfigError naming every variable that is missing or wrong */
export function readConfig(given?: Record<string, string | undefined>): Config {
  const env = readEnvironment(environment, given);
  return {
    instanceId: env.SERVICE_INSTANCE,
    logLevel: env.LOG_LEVEL,
    nats: {
      servers: env.NATS_URL,
      credsFile: env.NATS_CREDS,
      systemCredsFile: env.NATS_SYSTEM_CREDS,
      servicesAccount: env.NATS_SERVICES_ACCOUNT,
    },
    health: { host: env.HEALTH_HOST, port: env.HEALTH_PORT },
    poolSize: env.DATABASE_POOL_SIZE,
    reconcileEveryMs: env.DIRECTORY_RECONCILE_INTERVAL,
    telemetry: { tracesFile: env.TRACES_FILE, otlpEndpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT },
    portFile: env.PORT_FILE,
    secrets: {
      databaseUrl: env.DATABASE_URL,
      databaseSystemUrl: env.DATABASE_SYSTEM_URL,
      keyRing: env.SECRETS_KEYS,
      activationSeed: env.NATS_ACTIVATION_SEED,
      operatorSeed: env.NATS_OPERATOR_SEED,
    },
  };
}
