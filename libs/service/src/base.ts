/**
 * What every service's context begins with. It is put together by hand, in two steps, because of what happens at the end:
 * the stack is disposed in reverse, so a database has to be opened between the two. Then the handlers that messaging
 * waits for still have their database, and what is logged and traced while stopping still gets out.
 *
 *     const base = startBase({ service: SERVICE, config, overrides }, closing);
 *     const db = closing.use(createDatabase(…));
 *     const messaging = await joinMessaging({ service: SERVICE, config, base }, closing);
 */
import type { CommonConfig } from '@frontdesk/config';
import { RELEASE } from '@frontdesk/contracts/release';
import { type Clock, systemClock } from '@frontdesk/lifecycle';
import { connectMessaging, type Messaging, messagingMetrics } from '@frontdesk/messaging';
import { createLogger, createMetrics, type Logger, type Metrics, startTelemetry } from '@frontdesk/observability';

export interface Base {
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
}

export interface BaseOptions {
  /** The service's folder name. */
  service: string;
  config: CommonConfig;
  /** Taken instead of what would be made. */
  overrides?: Partial<Base>;
}

/** Tracing, log, metrics and clock; `closing` writes out the last spans. */
export function startBase({ service, config, overrides = {} }: BaseOptions, closing: AsyncDisposableStack): Base {
  const { instanceId, logLevel: level } = config;
  const telemetry = startTelemetry({ service, instanceId, ...config.telemetry });
  closing.defer(() => telemetry.shutdown());
  return {
    clock: overrides.clock ?? systemClock,
    log: overrides.log ?? createLogger({ service, instanceId, level }),
    metrics: overrides.metrics ?? createMetrics(service),
  };
}

export interface JoinOptions {
  /** The service's folder name: its queue group and its name in `nats micro ls`. */
  service: string;
  config: CommonConfig;
  base: Pick<Base, 'log' | 'metrics'>;
}

/**
 * Connects to NATS, counting every message; `closing` drains.
 * @throws Error when NATS cannot be reached in time, or refuses the credentials
 */
export async function joinMessaging(
  { service, config, base }: JoinOptions,
  closing: AsyncDisposableStack,
): Promise<Messaging> {
  const { instanceId, nats } = config;
  const hooks = messagingMetrics(base.metrics);
  return closing.use(await connectMessaging({ ...nats, service, instanceId, version: RELEASE, log: base.log, hooks }));
}
