/** Connections of tests to the run's own nats-server, with the permissions each service really has. */
import { join } from 'node:path';
import { createLogger } from '@frontdesk/observability';
import { inject } from 'vitest';
import { connectMessaging } from './messaging.ts';
import type { Messaging, MessagingOptions } from './types.ts';

let instances = 0;

/** Tests keep out of each other's way by business ids of their own: nothing is ever purged. */
export function connectForTest(service: string, options: Partial<MessagingOptions> = {}): Promise<Messaging> {
  const { url, credsDir } = inject('frontdesk').nats;
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
