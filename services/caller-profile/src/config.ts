/** Environment → typed configuration. Whatever is missing or wrong stops the start and is named. */
import { port, readConfig as readEnvironment, secret, text, url } from '@frontdesk/config';

export interface Config {
  instance: string;
  logLevel: string;
  healthHost: string;
  healthPort: number;
  portFile?: string;
  nats: { url: string; credsFile?: string };
  telemetry: { tracesFile?: string; otlpEndpoint?: string };
  secrets: { databaseUrl: string; databaseSystemUrl: string };
}

export function readConfig(env?: Record<string, string | undefined>): Config {
  const read = readEnvironment(
    {
      SERVICE_INSTANCE: text().default('caller-profile-1'),
      LOG_LEVEL: text().default('info'),
      HEALTH_HOST: text().default('127.0.0.1'),
      HEALTH_PORT: port().default(0),
      PORT_FILE: text().optional(),
      NATS_URL: text(),
      NATS_CREDS: text().optional(),
      TRACES_FILE: text().optional(),
      OTEL_EXPORTER_OTLP_ENDPOINT: url({ protocols: ['http:', 'https:'] }).optional(),
      DATABASE_URL: secret(),
      DATABASE_SYSTEM_URL: secret(),
    },
    env,
  );
  return {
    instance: read.SERVICE_INSTANCE,
    logLevel: read.LOG_LEVEL,
    healthHost: read.HEALTH_HOST,
    healthPort: read.HEALTH_PORT,
    portFile: read.PORT_FILE,
    nats: { url: read.NATS_URL, credsFile: read.NATS_CREDS },
    telemetry: { tracesFile: read.TRACES_FILE, otlpEndpoint: read.OTEL_EXPORTER_OTLP_ENDPOINT },
    secrets: { databaseUrl: read.DATABASE_URL, databaseSystemUrl: read.DATABASE_SYSTEM_URL },
  };
}
