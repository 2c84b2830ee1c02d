/** Environment → configuration. A process that cannot run stops at the start and names the variable. */
import {
  type CommonConfig,
  commonConfig,
  commonVariables,
  file,
  integer,
  port,
  readConfig as readEnvironment,
  secret,
  text,
  url,
} from '@frontdesk/config';
import { podId, pool } from '@frontdesk/contracts/ids';
import { keyList } from '@frontdesk/secrets';
import { z } from 'zod';

export interface Config extends CommonConfig {
  /** The one listener: media sockets, health, what comes next; port 0 takes a free one. */
  readonly health: CommonConfig['health'];
  readonly podId: string;
  /** `host:port` that gateways reach this bridge at; its own listener's by default. */
  readonly podAddress?: string;
  readonly pool: string;
  readonly zone: string;
  /** Calls at the same time. */
  readonly capacity: number;
  /** How long a stopping bridge lets its calls go on. */
  readonly drainMs: number;
  readonly model: {
    readonly url: string;
    readonly model: string;
    readonly transcriptionModel: string;
    readonly caFile?: string;
    /** How long the model lets one session last; it is replaced before. */
    readonly sessionLimitMs: number;
  };
  /** Twilio's REST API, when it is not the public one. */
  readonly twilioApiUrl?: string;
  /**
   * Apart from the rest, so that the rest can be logged. Without `secretsKeys`, Twilio is never told that it lost a
   * stream: it has to notice by itself.
   */
  readonly secrets: { readonly tokenKeys: string; readonly openAiApiKey: string; readonly secretsKeys?: string };
}

/** The longest drain that may be configured: longer than the longest call a business may allow. */
export const MAX_DRAIN_MS = 3 * 3_600_000;

const variables = {
  ...commonVariables('media-bridge'),
  POD_ID: podId,
  POD_ADDRESS: z
    .string()
    .regex(/^[A-Za-z0-9.:[\]-]+:\d+$/, 'must be host:port')
    .optional(),
  BRIDGE_PORT: port().default(0),
  POOL: pool.default('default'),
  ZONE: text().default('local'),
  CAPACITY: integer({ min: 1, max: 2_000 }).default(50),
  DRAIN_MS: integer({ min: 0, max: MAX_DRAIN_MS }).default(3_600_000),
  TOKEN_KEYS: keyList(),
  OPENAI_API_KEY: secret(),
  OPENAI_REALTIME_URL: url({ protocols: ['wss:', 'ws:'] }).default('wss://api.openai.com/v1/realtime'),
  OPENAI_REALTIME_MODEL: text().default('gpt-realtime-2.1'),
  OPENAI_TRANSCRIPTION_MODEL: text().default('gpt-transcribe'),
  OPENAI_CA_FILE: file().optional(),
  OPENAI_SESSION_LIMIT_MS: integer({ min: 5_000, max: 3_600_000 }).default(3_600_000),
  TWILIO_API_URL: url({ protocols: ['https:', 'http:'] }).optional(),
  SECRETS_KEYS: keyList().optional(),
};

/** @throws ConfigError naming every variable that is missing or wrong */
export function readConfig(environment?: Record<string, string | undefined>): Config {
  const env = readEnvironment(variables, environment);
  const common = commonConfig(env);
  return {
    ...common,
    health: { host: common.health.host, port: env.BRIDGE_PORT },
    podId: env.POD_ID,
    podAddress: env.POD_ADDRESS,
    pool: env.POOL,
    zone: env.ZONE,
    capacity: env.CAPACITY,
    drainMs: env.DRAIN_MS,
    model: {
      url: env.OPENAI_REALTIME_URL,
      model: env.OPENAI_REALTIME_MODEL,
      transcriptionModel: env.OPENAI_TRANSCRIPTION_MODEL,
      caFile: env.OPENAI_CA_FILE,
      sessionLimitMs: env.OPENAI_SESSION_LIMIT_MS,
    },
    twilioApiUrl: env.TWILIO_API_URL,
    secrets: { tokenKeys: env.TOKEN_KEYS, openAiApiKey: env.OPENAI_API_KEY, secretsKeys: env.SECRETS_KEYS },
  };
}
