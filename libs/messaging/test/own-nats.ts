/**
 * A nats-server for one test file alone. These tests watch whole subject trees, stop the server, and serve requests
 * that another file's service, in the same queue group, would otherwise answer for them.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectMessaging, connectNats, type Messaging, type MessagingOptions } from '@frontdesk/messaging';
import { createLogger } from '@frontdesk/observability';
import type { NatsConnection } from 'nats';
import { afterAll, beforeAll } from 'vitest';
import { natsServerBin } from '../../../deploy/local/base-env.ts';
import { startTestNats, type TestNats } from '../../../deploy/nats/testing.ts';

export interface OwnNats {
  readonly nats: TestNats;
  /** Connects with the permissions the service really has; disconnects with the stack. */
  connect(service: string, stack: AsyncDisposableStack, options?: Partial<MessagingOptions>): Promise<Messaging>;
  admin(stack: AsyncDisposableStack): Promise<NatsConnection>;
}

/** Starts before the tests of this file and stops after them. */
export function ownNats(): OwnNats {
  let nats: TestNats | undefined;
  let dir = '';
  let instances = 0;
  const running = () => {
    if (!nats) throw new Error('the nats-server of this file is not running');
    return nats;
  };
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'frontdesk-nats-'));
    nats = await startTestNats(dir, { binFromEnv: natsServerBin() });
  });
  afterAll(async () => {
    await nats?.stop();
    await rm(dir, { recursive: true, force: true });
  });
  return {
    get nats() {
      return running();
    },
    async connect(service, stack, options = {}) {
      instances += 1;
      const instanceId = `${service}-${instances}`;
      const messaging = await connectMessaging({
        servers: running().url,
        credsFile: join(running().credsDir, `${service}.creds`),
        service,
        instanceId,
        version: '0.1.0',
        log: createLogger({ service, instanceId, level: 'silent' }),
        ...options,
      });
      stack.defer(() => messaging.drain(1_000));
      return messaging;
    },
    async admin(stack) {
      const { url, adminCreds } = running();
      const nc = await connectNats({ servers: url, credsFile: adminCreds, service: 'admin', instanceId: 'admin' });
      stack.defer(() => nc.close());
      return nc;
    },
  };
}
