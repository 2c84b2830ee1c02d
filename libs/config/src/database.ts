/** The variables of a service that keeps a schema in PostgreSQL, and the configuration they become. */
import type { z } from 'zod';
import { integer, secret } from './values.ts';

/** Its URLs hold passwords: it belongs into a configuration's `secrets`. */
export interface DatabaseConfig {
  /** Of the tenant role. */
  readonly url: string;
  /** Of the role for work without a tenant. */
  readonly systemUrl: string;
  /** Connections of the tenant role. */
  readonly poolSize: number;
}

/** Spread into the shape of a service's variables. */
export const databaseVariables = {
  DATABASE_URL: secret(),
  DATABASE_SYSTEM_URL: secret(),
  DATABASE_POOL_SIZE: integer({ min: 1, max: 100 }).default(10),
};

export function databaseConfig(env: z.output<z.ZodObject<typeof databaseVariables>>): DatabaseConfig {
  return { url: env.DATABASE_URL, systemUrl: env.DATABASE_SYSTEM_URL, poolSize: env.DATABASE_POOL_SIZE };
}
