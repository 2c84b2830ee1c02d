/** Environment → typed configuration. Whatever is missing or wrong stops the start and is named. */
import { duration, integer, port, readConfig as readEnvironment, secret, text, url } from '@frontdesk/config';

export interface Config {
  instance: string;
  logLevel: string;
  healthHost: string;
  healthPort: number;
  portFile?: string;
  nats: { url: string; credsFile?: string };
  telemetry: { tracesFile?: string; otlpEndpoint?: string };
  summary: {
    baseUrl: string;
    model: string;
    /** One attempt of the model. */
    deadlineMs: number;
    /** How long missing turns are waited for after the end of a call. */
    graceMs: number;
    /** How long the end of a call is waited for after the carrier said that the leg is over. */
    orphanGraceMs: number;
    /** How often grace periods and backoffs that ran out are looked for. */
    pollMs: number;
    maxAtOnce: number;
    retry: { baseMs: number; maxMs: number };
  };
  secrets: { databaseUrl: string; databaseSystemUrl: string; openAiApiKey: string };
}

export function readConfig(env?: Record<string, string | undefined>): Config {
  const read = readEnvironment(
    {
      SERVICE_INSTANCE: text().default('transcript-1'),
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
      OPENAI_API_KEY: secret(),
      OPENAI_BASE_URL: url({ protocols: ['http:', 'https:'] }).default('https://api.openai.com/v1'),
      SUMMARY_MODEL: text().default('gpt-5.4-mini'),
      SUMMARY_DEADLINE: duration().default(30_000),
      SUMMARY_GRACE: duration().default(10_000),
      SUMMARY_ORPHAN_GRACE: duration().default(60_000),
      SUMMARY_CONCURRENCY: integer({ min: 1, max: 64 }).default(4),
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
    summary: {
      baseUrl: read.OPENAI_BASE_URL,
      model: read.SUMMARY_MODEL,
      deadlineMs: read.SUMMARY_DEADLINE,
      graceMs: read.SUMMARY_GRACE,
      orphanGraceMs: read.SUMMARY_ORPHAN_GRACE,
      pollMs: 1_000,
      maxAtOnce: read.SUMMARY_CONCURRENCY,
      retry: { baseMs: 2_000, maxMs: 900_000 },
    },
    secrets: {
      databaseUrl: read.DATABASE_URL,
      databaseSystemUrl: read.DATABASE_SYSTEM_URL,
      openAiApiKey: read.OPENAI_API_KEY,
    },
  };
}
