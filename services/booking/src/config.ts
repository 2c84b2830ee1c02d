/** Environment → configuration. A process that cannot run stops at the start and names the variable. */
import { integer, list, port, readConfig as readEnvironment, secret, text, url } from '@frontdesk/config';
import type { LogLevel } from '@frontdesk/observability';
import { z } from 'zod';

export interface Config {
  readonly instanceId: string;
  readonly logLevel: LogLevel;
  readonly nats: { readonly servers: string[]; readonly credsFile: string };
  readonly health: { readonly host: string; readonly port: number };
  readonly poolSize: number;
  readonly telemetry: { readonly tracesFile: string | undefined; readonly otlpEndpoint: string | undefined };
  readonly portFile: string | undefined;
  /** Apart from the rest, so that the rest can be logged. */
  readonly secrets: { readonly databaseUrl: string; readonly databaseSystemUrl: string };
}

/** @throws ConfigError naming every variable that is missing or wrong */
export function readConfig(environment?: Record<string, string | undefined>): Config {
  const env = readEnvironment(
    {
      SERVICE_INSTANCE: text().default('booking-1'),
      LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
      NATS_URL: list(),
      NATS_CREDS: text(),
      HEALTH_PORT: port().default(0),
      HEALTH_HOST: text().default('127.0.0.1'),
      DATABASE_URL: secret(),
      DATABASE_SYSTEM_URL: secret(),
      DATABASE_POOL_SIZE: integer({ min: 1, max: 100 }).default(10),
      TRACES_FILE: text().optional(),
      OTEL_EXPORTER_OTLP_ENDPOINT: url({ protocols: ['http:', 'https:'] }).optional(),
      PORT_FILE: text().optional(),
    },
    environment,
  );
  return {
    instanceId: env.SERVICE_INSTANCE,
    logLevel: env.LOG_LEVEL,
    nats: { servers: env.NATS_URL, credsFile: env.NATS_CREDS },
    health: { host: env.HEALTH_HOST, port: env.HEALTH_PORT },
    poolSize: env.DATABASE_POOL_SIZE,
    telemetry: { tracesFile: env.TRACES_FILE, otlpEndpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT },
    portFile: env.PORT_FILE,
    secrets: { databaseUrl: env.DATABASE_URL, databaseSystemUrl: env.DATABASE_SYSTEM_URL },
  };
}
