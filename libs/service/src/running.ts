/** The end of every service's start: it can be watched, it says where it listens, and it can be stopped. */
import type { CommonConfig } from '@frontdesk/config';
import { type Runnable, writePortFile } from '@frontdesk/lifecycle';
import type { Messaging } from '@frontdesk/messaging';
import { type HealthServer, type HealthServerOptions, startHealthServer } from '@frontdesk/observability';
import type { Base } from './base.ts';

export interface RunningService extends Runnable {
  readonly healthPort: number;
}

export interface HealthOptions extends Pick<HealthServerOptions, 'ready' | 'handler'> {
  config: Pick<CommonConfig, 'health'>;
  metrics: Pick<Base['metrics'], 'registry'>;
}

/** Serves `/healthz`, `/readyz` and `/metrics` until `closing`. @throws when the port is taken */
export async function startHealth(
  { config, metrics, ready, handler }: HealthOptions,
  closing: AsyncDisposableStack,
): Promise<HealthServer> {
  const health = await startHealthServer({ ...config.health, registry: metrics.registry, ready, handler });
  closing.defer(() => health.close());
  return health;
}

export interface RunningOptions<Ports> {
  config: Pick<CommonConfig, 'portFile'>;
  context: { log: Base['log']; messaging: Pick<Messaging, 'closed'> };
  /** Every port that was taken, as whoever started the process will read them. */
  ports: Ports;
}

/**
 * Tells the ports, to the log and to the port file, and hands over what the start has acquired: disposing the result
 * disposes `closing`. It has failed when NATS is closed to it for good.
 */
export async function running<Ports extends { readonly healthPort: number }>(
  { config, context, ports }: RunningOptions<Ports>,
  closing: AsyncDisposableStack,
): Promise<RunningService & Ports> {
  // At once, before anything is awaited: the caller's `await using` may end as soon as this has returned its promise.
  await using starting = closing.move();
  await writePortFile(config.portFile, { ...ports });
  const fields: object = { event: 'listening', ...ports };
  context.log.info(fields, 'listening');
  const owned = starting.move();
  return {
    ...ports,
    failed: context.messaging.closed(),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
