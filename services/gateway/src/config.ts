import { integer, list, port, readConfig, secret, text, url } from '@frontdesk/config';
import { pool } from '@frontdesk/contracts/ids';
import { z } from 'zod';

export interface GatewayConfig {
  instance: string;
  logLevel: string;
  host: string;
  /** Where Twilio, businesses and tunnels connect; 0 takes a free port. */
  port: number;
  healthHost: string;
  healthPort: number;
  portFile?: string;
  /** How long a stopping gateway lets the media sockets it carries finish before it cuts them. */
  drainMs: number;
  /** The origin Twilio was given. Signatures and stream URLs are made from this, never from a Host header. */
  publicUrl: string;
  /** This gateway answers for businesses of these pools only. */
  pools: string[];
  nats: { url: string; credsFile?: string };
  telemetry: { tracesFile?: string; otlpEndpoint?: string };
  secrets: {
    tokenKeys: string;
    keyRing: string;
    /** The operator's own Twilio account: it signs calls to numbers that belong to no business. */
    twilioAuthToken: string;
  };
}

export function readGatewayConfig(env?: Record<string, string | undefined>): GatewayConfig {
  const read = readConfig(
    {
      SERVICE_INSTANCE: text().default('gateway-1'),
      LOG_LEVEL: text().default('info'),
      HOST: text().default('0.0.0.0'),
      PORT: port().default(8080),
      HEALTH_HOST: text().default('127.0.0.1'),
      HEALTH_PORT: port().default(0),
      PORT_FILE: text().optional(),
      DRAIN_MS: integer({ min: 0, max: 7_200_000 }).default(10_000),
      PUBLIC_URL: url({ protocols: ['https:', 'http:'] }),
      POOLS: list().pipe(z.array(pool)).default(['default']),
      NATS_URL: text(),
      NATS_CREDS: text().optional(),
      TRACES_FILE: text().optional(),
      OTEL_EXPORTER_OTLP_ENDPOINT: z.url().optional(),
      TOKEN_KEYS: secret(),
      SECRETS_KEYS: secret(),
      TWILIO_AUTH_TOKEN: secret(),
    },
    env,
  );
  return {
    instance: read.SERVICE_INSTANCE,
    logLevel: read.LOG_LEVEL,
    host: read.HOST,
    port: read.PORT,
    healthHost: read.HEALTH_HOST,
    healthPort: read.HEALTH_PORT,
    portFile: read.PORT_FILE,
    drainMs: read.DRAIN_MS,
    publicUrl: new URL(read.PUBLIC_URL).origin,
    pools: read.POOLS,
    nats: { url: read.NATS_URL, credsFile: read.NATS_CREDS },
    telemetry: { tracesFile: read.TRACES_FILE, otlpEndpoint: read.OTEL_EXPORTER_OTLP_ENDPOINT },
    secrets: { tokenKeys: read.TOKEN_KEYS, keyRing: read.SECRETS_KEYS, twilioAuthToken: read.TWILIO_AUTH_TOKEN },
  };
}
