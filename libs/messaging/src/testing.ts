/** Connections of tests to a nats-server of the run's own, with the permissions each service really has. */
import { join } from 'node:path';
import { integer, readConfig } from '@frontdesk/config';
import { createLogger } from '@frontdesk/observability';
import { inject } from 'vitest';
import { connectMessaging } from './messaging.ts';
import type { Messaging, MessagingOptions } from './types.ts';

let instances = 0;

/** The nats-server of this test file: no file that runs at the same time has the same. */
export function testNats() {
  const { VITEST_POOL_ID: worker } = readConfig({ VITEST_POOL_ID: integer({ min: 1, max: 1_000 }) });
  const nats = inject('frontdesk').nats[worker - 1];
  if (nats === undefined) throw new Error(`there is no nats-server for worker ${worker}`);
  return nats;
}

/** Tests keep out of each other's way by business ids of their own: nothing is ever purged. */
export function connectForTest(service: string, options: Partial<MessagingOptions> = {}): Promise<Messaging> {
  const { url, credsDir } = testNats();
  instances += 1;
  const instanceId = `${service}-test-${instances}`;
  return connectMessaging({
    servers: url,
    credsFile: join(credsDir, `${service}.creds`),
    service,
    instanceId,
    version: '0.1.0',
    log: createLogger({ service, instanceId, level: 'silent' }),
    ...options,
  });
}
