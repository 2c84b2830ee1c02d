/** Every dependency of the gateway, built once, by hand. */

import { ROUTE_TOKEN_PURPOSE, type RouteToken, routeToken } from '@frontdesk/contracts/media-bridge/route-token';
import { RELEASE } from '@frontdesk/contracts/release';
import { type Clock, systemClock } from '@frontdesk/lifecycle';
import { connectMessaging, type Messaging, messagingMetrics } from '@frontdesk/messaging';
import { createLogger, createMetrics, type Logger, type Metrics } from '@frontdesk/observability';
import { createKeyRing, createTokenSigner, type KeyRing, type TokenSigner } from '@frontdesk/secrets';
import type { GatewayConfig } from './config.ts';
import { type CallToken, callToken } from './domain/call-token.ts';
import { createEvents, type Events } from './events.ts';
import { type BusinessProfile, createBusinessProfile } from './outbound/business-profile.ts';
import { type Directory, watchDirectory } from './outbound/directory.ts';
import { createLines, type Lines } from './outbound/lines.ts';
import { type Bridges, createBridges } from './outbound/media-bridge.ts';
import { createTranscript, type Transcript } from './outbound/transcript.ts';

export interface Context {
  config: GatewayConfig;
  clock: Clock;
  log: Logger;
  metrics: Metrics;
  events: Events;
  messaging: Messaging;
  directory: Directory;
  lines: Lines;
  bridges: Bridges;
  businessProfile: BusinessProfile;
  transcript: Transcript;
  keyRing: KeyRing;
  routeTokens: TokenSigner<RouteToken>;
  callTokens: TokenSigner<CallToken>;
}

/** Opens every connection; they close in reverse order with `closing`. */
export async function createContext(config: GatewayConfig, closing: AsyncDisposableStack): Promise<Context> {
  const clock = systemClock;
  const log = createLogger({ service: 'gateway', instanceId: config.instance, level: config.logLevel });
  const metrics = createMetrics('gateway');
  const messaging = closing.use(
    await connectMessaging({
      servers: config.nats.url,
      credsFile: config.nats.credsFile,
      service: 'gateway',
      instanceId: config.instance,
      version: RELEASE,
      log,
      hooks: messagingMetrics(metrics),
    }),
  );
  return {
    config,
    clock,
    log,
    metrics,
    messaging,
    events: createEvents(messaging, metrics, log, clock),
    directory: closing.use(await watchDirectory(messaging)),
    lines: await createLines(messaging),
    bridges: closing.use(createBridges(messaging, clock, log)),
    businessProfile: createBusinessProfile(messaging),
    transcript: createTranscript(messaging),
    keyRing: createKeyRing(config.secrets.keyRing),
    routeTokens: createTokenSigner(routeToken, config.secrets.tokenKeys, ROUTE_TOKEN_PURPOSE),
    callTokens: createTokenSigner(callToken, config.secrets.tokenKeys, 'call'),
  };
}
