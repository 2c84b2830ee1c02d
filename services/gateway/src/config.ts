/** Environment → configuration. A process that cannot run stops at the start and names the variable. */
import {
  type CommonConfig,
  commonConfig,
  commonVariables,
  duration,
  integer,
  list,
  port,
  readConfig as readEnvironment,
  secret,
  text,
  url,
} from '@frontdesk/config';
import { pool } from '@frontdesk/contracts/ids';
import { keyList } from '@frontdesk/secrets';
import { z } from 'zod';

export interface Config extends CommonConfig {
  readonly host: string;
  /** Where Twilio, businesses and tunnels connect; 0 takes a free port. */
  readonly port: number;
  /** How long a stopping gateway lets the media sockets it carries finish before it cuts them. */
  readonly drainMs: number;
  /** The origin Twilio was given. Signatures and stream URLs are made from this, never from a Host header. */
  readonly publicUrl: string;
  /** This gateway answers for businesses of these pools only. */
  readonly pools: string[];
  /** How many calls one number may make to one business within the window; 0 is no limit. */
  readonly callerLimit: { readonly most: number; readonly windowMs: number };
  /** How long a caller may wait for a free line. */
  readonly holdMostMs: number;
  /** Apart from the rest, so that the rest can be logged. */
  readonly secrets: {
    readonly tokenKeys: string;
    readonly keyRing: string;
    /** The operator's own Twilio account: it signs calls to numbers that belong to no business. */
    readonly twilioAuthToken: string;
  };
}

/** As long as the longest call a business may allow. */
export const MOST_DRAIN_MS = 7_200_000;

const variables = {
  ...commonVariables('gateway'),
  HOST: text().default('0.0.0.0'),
  PORT: port().default(8080),
  DRAIN_MS: integer({ min: 0, max: MOST_DRAIN_MS }).default(10_000),
  PUBLIC_URL: url({ protocols: ['https:', 'http:'] }),
  POOLS: list().pipe(z.array(pool)).default(['default']),
  CALLER_LIMIT: integer({ min: 0, max: 100_000 }).default(30),
  CALLER_LIMIT_WINDOW: duration().default(60_000),
  HOLD_MOST: duration().default(600_000),
  TOKEN_KEYS: keyList(),
  SECRETS_KEYS: keyList(),
  TWILIO_AUTH_TOKEN: secret(),
};

/** @throws ConfigError naming every variable that is missing or wrong */
export function readConfig(environment?: Record<string, string | undefined>): Config {
  const env = readEnvironment(variables, environment);
  return {
    ...commonConfig(env),
    host: env.HOST,
    port: env.PORT,
    drainMs: env.DRAIN_MS,
    publicUrl: new URL(env.PUBLIC_URL).origin,
    pools: env.POOLS,
    callerLimit: { most: env.CALLER_LIMIT, windowMs: env.CALLER_LIMIT_WINDOW },
    holdMostMs: env.HOLD_MOST,
    secrets: { tokenKeys: env.TOKEN_KEYS, keyRing: env.SECRETS_KEYS, twilioAuthToken: env.TWILIO_AUTH_TOKEN },
  };
}
