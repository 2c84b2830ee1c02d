/**
 * What the test run's own servers look like to a test: `inject('frontdesk')`. Plain JSON, as it crosses processes. The
 * NATS of a test is `testNats()` of `@frontdesk/messaging/testing`.
 */
export interface TestEnvironment {
  postgres: {
    /** Owns the database, may create roles and databases, is no superuser. */
    ownerUrl: string;
  };
  /** One for each worker. */
  nats: TestNatsEnvironment[];
}

export interface TestNatsEnvironment {
  url: string;
  /** May do everything in the services' account. */
  adminCreds: string;
  /** Everything in the system account. */
  systemCreds: string;
  /** May only push account claims, as business-profile does. */
  claimsCreds: string;
  /** Folder with `<service>.creds`. */
  credsDir: string;
  operatorSeedsFile: string;
  servicesAccount: string;
  activationSeed: string;
  operatorSeed: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    frontdesk: TestEnvironment;
  }
}
