/** Environment → configuration. A process that cannot run stops at the start and names the variable. */
import {
  type CommonConfig,
  commonConfig,
  commonVariables,
  type DatabaseConfig,
  databaseConfig,
  databaseVariables,
  readConfig as readEnvironment,
} from '@frontdesk/config';

export interface Config extends CommonConfig {
  /** Apart from the rest, so that the rest can be logged. */
  readonly secrets: { readonly database: DatabaseConfig };
}

const variables = { ...commonVariables('booking'), ...databaseVariables };

/** @throws ConfigError naming every variable that is missing or wrong */
export function readConfig(environment?: Record<string, string | undefined>): Config {
  const env = readEnvironment(variables, environment);
  return { ...commonConfig(env), secrets: { database: databaseConfig(env) } };
}
