/** Environment → configuration. A process that cannot run stops at the start and names the variable. */
import {
  type CommonConfig,
  commonConfig,
  commonVariables,
  type DatabaseConfig,
  databaseConfig,
  databaseVariables,
  duration,
  integer,
  readConfig as readEnvironment,
  secret,
  text,
  url,
} from '@frontdesk/config';

export interface Config extends CommonConfig {
  readonly summary: {
    readonly baseUrl: string;
    readonly model: string;
    /** One attempt of the model. */
    readonly deadlineMs: number;
    /** How long missing turns are waited for after the end of a call. */
    readonly graceMs: number;
    /** How long the end of a call is waited for after the carrier said that the leg is over. */
    readonly orphanGraceMs: number;
    /** How often grace periods and backoffs that ran out are looked for. */
    readonly pollMs: number;
    readonly maxAtOnce: number;
    readonly retry: { readonly baseMs: number; readonly maxMs: number };
  };
  readonly finalise: {
    /** How long a bridge may take to tell everything about a call after the carrier said that it is over. */
    readonly afterMs: number;
    readonly pollMs: number;
  };
  /** Apart from the rest, so that the rest can be logged. */
  readonly secrets: { readonly database: DatabaseConfig; readonly openAiApiKey: string };
}

const variables = {
  ...commonVariables('transcript'),
  ...databaseVariables,
  OPENAI_API_KEY: secret(),
  OPENAI_BASE_URL: url({ protocols: ['http:', 'https:'] }).default('https://api.openai.com/v1'),
  SUMMARY_MODEL: text().default('gpt-5.4-mini'),
  SUMMARY_DEADLINE: duration().default(30_000),
  SUMMARY_GRACE: duration().default(10_000),
  SUMMARY_ORPHAN_GRACE: duration().default(60_000),
  FINALISE_AFTER: duration().default(30_000),
  SUMMARY_CONCURRENCY: integer({ min: 1, max: 64 }).default(4),
};

/** @throws ConfigError naming every variable that is missing or wrong */
export function readConfig(environment?: Record<string, string | undefined>): Config {
  const env = readEnvironment(variables, environment);
  return {
    ...commonConfig(env),
    summary: {
      baseUrl: env.OPENAI_BASE_URL,
      model: env.SUMMARY_MODEL,
      deadlineMs: env.SUMMARY_DEADLINE,
      graceMs: env.SUMMARY_GRACE,
      orphanGraceMs: env.SUMMARY_ORPHAN_GRACE,
      pollMs: 1_000,
      maxAtOnce: env.SUMMARY_CONCURRENCY,
      retry: { baseMs: 2_000, maxMs: 900_000 },
    },
    finalise: { afterMs: env.FINALISE_AFTER, pollMs: 1_000 },
    secrets: { database: databaseConfig(env), openAiApiKey: env.OPENAI_API_KEY },
  };
}
