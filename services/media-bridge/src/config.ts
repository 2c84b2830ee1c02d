import { integer, port, readConfig, secret, text, url } from '@frontdesk/config';
import { podId, pool } from '@frontdesk/contracts/ids';
import { z } from 'zod';

export interface MediaBridgeConfig {
  instance: string;
  logLevel: string;
  podId: string;
  /** `host:port` that gateways reach this bridge at; its own listener's by default. */
  podAddress?: string;
  host: string;
  /** The one listener: media sockets, health, what comes next; 0 takes a free port. */
  port: number;
  portFile?: string;
  pool: string;
  zone: string;
  /** Calls at the same time. */
  capacity: number;
  /** How long a stopping bridge lets its calls go on. */
  drainMs: number;
  nats: { url: string; credsFile?: string };
  telemetry: { tracesFile?: string; otlpEndpoint?: string };
  model: { url: string; model: string; transcriptionModel: string; caFile?: string };
  secrets: { tokenKeys: string; openAiApiKey: string };
}

/** The longest drain that may be configured: longer than the longest call a business may allow. */
export const MAX_DRAIN_MS = 3 * 3_600_000;

export function readMediaBridgeConfig(env?: Record<string, string | undefined>): MediaBridgeConfig {
  const read = readConfig(
    {
      SERVICE_INSTANCE: text().default('media-bridge-1'),
      LOG_LEVEL: text().default('info'),
      POD_ID: podId,
      POD_ADDRESS: z
        .string()
        .regex(/^[A-Za-z0-9.:[\]-]+:\d+$/, 'must be host:port')
        .optional(),
      HEALTH_HOST: text().default('127.0.0.1'),
      BRIDGE_PORT: port().default(0),
      PORT_FILE: text().optional(),
      POOL: pool.default('default'),
      ZONE: text().default('local'),
      CAPACITY: integer({ min: 1, max: 2_000 }).default(50),
      DRAIN_MS: integer({ min: 0, max: MAX_DRAIN_MS }).default(3_600_000),
      NATS_URL: text(),
      NATS_CREDS: text().optional(),
      TRACES_FILE: text().optional(),
      OTEL_EXPORTER_OTLP_ENDPOINT: z.url().optional(),
      TOKEN_KEYS: secret(),
      OPENAI_API_KEY: secret(),
      OPENAI_REALTIME_URL: url({ protocols: ['wss:', 'ws:'] }).default('wss://api.openai.com/v1/realtime'),
      OPENAI_REALTIME_MODEL: text().default('gpt-realtime-2.1'),
      OPENAI_TRANSCRIPTION_MODEL: text().default('gpt-transcribe'),
      OPENAI_CA_FILE: text().optional(),
    },
    env,
  );
  return {
    instance: read.SERVICE_INSTANCE,
    logLevel: read.LOG_LEVEL,
    podId: read.POD_ID,
    podAddress: read.POD_ADDRESS,
    host: read.HEALTH_HOST,
    port: read.BRIDGE_PORT,
    portFile: read.PORT_FILE,
    pool: read.POOL,
    zone: read.ZONE,
    capacity: read.CAPACITY,
    drainMs: read.DRAIN_MS,
    nats: { url: read.NATS_URL, credsFile: read.NATS_CREDS },
    telemetry: { tracesFile: read.TRACES_FILE, otlpEndpoint: read.OTEL_EXPORTER_OTLP_ENDPOINT },
    model: {
      url: read.OPENAI_REALTIME_URL,
      model: read.OPENAI_REALTIME_MODEL,
      transcriptionModel: read.OPENAI_TRANSCRIPTION_MODEL,
      caFile: read.OPENAI_CA_FILE,
    },
    secrets: { tokenKeys: read.TOKEN_KEYS, openAiApiKey: read.OPENAI_API_KEY },
  };
}
