/** Environment → configuration. A process that cannot run stops at the start and names the variable. */
import {
  type CommonConfig,
  commonConfig,
  commonVariables,
  type DatabaseConfig,
  databaseConfig,
  databaseVariables,
  duration,
  file,
  readConfig as readEnvironment,
  secret,
} from '@frontdesk/config';
import { keyList } from '@frontdesk/secrets';
import { z } from 'zod';

export interface Config extends CommonConfig {
  readonly nats: CommonConfig['nats'] & {
    readonly systemCredsFile: string;
    /** Public key of the account all services are in. */
    readonly servicesAccount: string;
  };
  readonly reconcileEveryMs: number;
  /** Apart from the rest, so that the rest can be logged. */
  readonly secrets: {
    readonly database: DatabaseConfig;
    readonly keyRing: string;
    readonly activationSeed: string;
    readonly operatorSeed: string;
  };
}

const accountKey = z.string().regex(/^A[A-Z2-7]{55}$/, 'must be the public key of a NATS account');
const seed = (kind: string, prefix: RegExp) => secret().regex(prefix, `must be the seed of ${kind}`);

const variables = {
  ...commonVariables('business-profile'),
  ...databaseVariables,
  NATS_SYSTEM_CREDS: file(),
  NATS_SERVICES_ACCOUNT: accountKey,
  NATS_ACTIVATION_SEED: seed('an account signing key', /^SA[A-Z2-7]{56}$/),
  NATS_OPERATOR_SEED: seed('an operator signing key', /^SO[A-Z2-7]{56}$/),
  SECRETS_KEYS: keyList(),
  DIRECTORY_RECONCILE_INTERVAL: duration().default(30_000),
};

/** @throws ConfigError naming every variable that is missing or wrong */
export function readConfig(environment?: Record<string, string | undefined>): Config {
  const env = readEnvironment(variables, environment);
  const common = commonConfig(env);
  return {
    ...common,
    nats: { ...common.nats, systemCredsFile: env.NATS_SYSTEM_CREDS, servicesAccount: env.NATS_SERVICES_ACCOUNT },
    reconcileEveryMs: env.DIRECTORY_RECONCILE_INTERVAL,
    secrets: {
      database: databaseConfig(env),
      keyRing: env.SECRETS_KEYS,
      activationSeed: env.NATS_ACTIVATION_SEED,
      operatorSeed: env.NATS_OPERATOR_SEED,
    },
  };
}
