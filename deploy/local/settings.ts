/**
 * What the embedded stack is told by its environment. Each of these takes the place of one embedded part:
 *
 * | variable | replaces |
 * |---|---|
 * | `DATABASE_URL` | PostgreSQL: 16 or newer, `btree_gist` available, a role that may create schemas and roles |
 * | `NATS_URL` + `NATS_KEYS_FILE` | nats-server: 2.9 or newer, JetStream, operator mode with the accounts made from these keys |
 * | `OPENAI_API_KEY` | the simulated model, with OpenAI's |
 * | `OPENAI_REALTIME_URL`, `OPENAI_BASE_URL` | one of its two endpoints each, with another's |
 * | `OPENAI_CA_FILE` | the public certificate authorities, for `OPENAI_REALTIME_URL` |
 * | `TWILIO_ACCOUNT_SID` + `TWILIO_AUTH_TOKEN` | the simulated telephone network, with Twilio's |
 * | `TWILIO_API_URL` | its REST endpoint, with another's |
 * | `PUBLIC_URL` | `https://frontdesk.test`, the origin Twilio is given |
 */
import { ConfigError, integer, port, readConfig, secret, text, url } from '@frontdesk/config';
import { phoneNumber } from '@frontdesk/contracts/ids';
import { z } from 'zod';

export interface StackSettings {
  gateways: number;
  bridges: number;
  /** Calls that one bridge takes. */
  bridgeCapacity: number;
  /** Of the first gateway; another free one is taken when it is in use. */
  port: number;
  publicUrl: string;
  logLevel: string;
  natsServerBin?: string;
  outside: {
    postgresUrl?: string;
    nats?: { url: string; keysFile: string };
    realtimeUrl?: string;
    realtimeCaFile?: string;
    openAiUrl?: string;
    openAiKey?: string;
    twilio?: { accountSid: string; authToken: string; apiUrl?: string };
  };
  /** A number of the outside Twilio account; the first seeded business answers it. */
  ownNumber?: string;
  realtimeModel?: string;
  summaryModel?: string;
}

export const OPENAI_REALTIME_URL = 'wss://api.openai.com/v1/realtime';
export const OPENAI_BASE_URL = 'https://api.openai.com/v1';

/** @throws ConfigError naming every variable that is wrong */
export function readSettings(env: Readonly<Record<string, string | undefined>>): StackSettings {
  const read = readConfig(
    {
      GATEWAYS: integer({ min: 1, max: 16 }).default(1),
      BRIDGES: integer({ min: 1, max: 32 }).default(2),
      BRIDGE_CAPACITY: integer({ min: 1, max: 2_000 }).default(50),
      PORT: port().default(8080),
      PUBLIC_URL: url({ protocols: ['https:', 'http:'] }).default('https://frontdesk.test'),
      LOG_LEVEL: text().default('info'),
      NATS_SERVER_BIN: text().optional(),
      DATABASE_URL: secret().optional(),
      NATS_URL: text().optional(),
      NATS_KEYS_FILE: text().optional(),
      OPENAI_API_KEY: secret().optional(),
      OPENAI_REALTIME_URL: url({ protocols: ['wss:', 'ws:'] }).optional(),
      OPENAI_CA_FILE: text().optional(),
      OPENAI_BASE_URL: url({ protocols: ['https:', 'http:'] }).optional(),
      OPENAI_REALTIME_MODEL: text().optional(),
      SUMMARY_MODEL: text().optional(),
      TWILIO_ACCOUNT_SID: z
        .string()
        .regex(/^AC[0-9a-f]{32}$/, 'must be AC and 32 hexadecimal digits')
        .optional(),
      TWILIO_AUTH_TOKEN: secret({ minLength: 16 }).optional(),
      TWILIO_API_URL: url({ protocols: ['https:', 'http:'] }).optional(),
      FRONTDESK_NUMBER: phoneNumber.optional(),
    },
    env,
  );
  // A key alone means OpenAI itself. With an address beside it, it is the key of that address.
  const isOpenAi = read.OPENAI_API_KEY && !read.OPENAI_REALTIME_URL && !read.OPENAI_BASE_URL;
  return {
    gateways: read.GATEWAYS,
    bridges: read.BRIDGES,
    bridgeCapacity: read.BRIDGE_CAPACITY,
    port: read.PORT,
    publicUrl: new URL(read.PUBLIC_URL).origin,
    logLevel: read.LOG_LEVEL,
    natsServerBin: read.NATS_SERVER_BIN,
    outside: {
      postgresUrl: read.DATABASE_URL,
      nats: pair(read.NATS_URL, 'NATS_KEYS_FILE', read.NATS_KEYS_FILE, (natsUrl, keysFile) => ({
        url: natsUrl,
        keysFile,
      })),
      realtimeUrl: read.OPENAI_REALTIME_URL ?? (isOpenAi ? OPENAI_REALTIME_URL : undefined),
      realtimeCaFile: read.OPENAI_CA_FILE,
      openAiUrl: read.OPENAI_BASE_URL ?? (isOpenAi ? OPENAI_BASE_URL : undefined),
      openAiKey: read.OPENAI_API_KEY,
      twilio: pair(
        read.TWILIO_ACCOUNT_SID ?? (read.TWILIO_API_URL && missing('TWILIO_ACCOUNT_SID')),
        'TWILIO_AUTH_TOKEN',
        read.TWILIO_AUTH_TOKEN,
        (accountSid, authToken) => ({ accountSid, authToken, apiUrl: read.TWILIO_API_URL }),
      ),
    },
    ownNumber: read.FRONTDESK_NUMBER,
    realtimeModel: read.OPENAI_REALTIME_MODEL,
    summaryModel: read.SUMMARY_MODEL,
  };
}

/** Two variables of which the first is no use without the second. */
function pair<T>(
  first: string | undefined,
  secondName: string,
  second: string | undefined,
  make: (first: string, second: string) => T,
): T | undefined {
  if (first === undefined) return undefined;
  return make(first, second ?? missing(secondName));
}

function missing(variable: string): never {
  throw new ConfigError([{ variable, problem: 'is missing' }]);
}
