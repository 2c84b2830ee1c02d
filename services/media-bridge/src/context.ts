/** Every dependency of the bridge, built once, by hand. */
import { readFile } from 'node:fs/promises';
import { ROUTE_TOKEN_PURPOSE, type RouteToken, routeToken } from '@frontdesk/contracts/media-bridge/route-token';
import { RELEASE } from '@frontdesk/contracts/release';
import { type Clock, systemClock } from '@frontdesk/lifecycle';
import { connectMessaging, type Messaging } from '@frontdesk/messaging';
import { createLogger, type Logger } from '@frontdesk/observability';
import { createTokenSigner, type TokenSigner } from '@frontdesk/secrets';
import type { MediaBridgeConfig } from './config.ts';
import type { EngineEvent, VoiceEngine } from './domain/voice-engine.ts';
import { type BridgeMetrics, createBridgeMetrics } from './events.ts';
import { type Booking, createBooking } from './outbound/booking.ts';
import { type BusinessProfile, createBusinessProfile } from './outbound/business-profile.ts';
import { type CallRecords, createCallRecords } from './outbound/call-record/call-record.ts';
import { type CallerProfile, createCallerProfile } from './outbound/caller-profile.ts';
import { createLines, type Lines } from './outbound/lines.ts';
import { openOpenAiRealtime } from './outbound/openai-realtime/openai-realtime.ts';

export interface Context {
  config: MediaBridgeConfig;
  clock: Clock;
  log: Logger;
  metrics: BridgeMetrics;
  messaging: Messaging;
  callRecords: CallRecords;
  lines: Lines;
  booking: Booking;
  callerProfile: CallerProfile;
  businessProfile: BusinessProfile;
  routeTokens: TokenSigner<RouteToken>;
  /** A voice for one call; it begins to connect at once. */
  openEngine(log: Logger, onEvent: (event: EngineEvent) => void): VoiceEngine;
}

/** Opens every connection; they close in reverse order with `closing`. */
export async function createContext(
  config: MediaBridgeConfig,
  closing: AsyncDisposableStack,
  overrides: Partial<Context> = {},
): Promise<Context> {
  const clock = overrides.clock ?? systemClock;
  const log =
    overrides.log ?? createLogger({ service: 'media-bridge', instanceId: config.instance, level: config.logLevel });
  const metrics = overrides.metrics ?? createBridgeMetrics();
  const routeTokens = createTokenSigner(routeToken, config.secrets.tokenKeys, ROUTE_TOKEN_PURPOSE);
  const ca = config.model.caFile === undefined ? undefined : await readFile(config.model.caFile, 'utf8');
  const messaging =
    overrides.messaging ??
    closing.use(
      await connectMessaging({
        servers: config.nats.url,
        credsFile: config.nats.credsFile,
        service: 'media-bridge',
        instanceId: config.instance,
        version: RELEASE,
        log,
      }),
    );
  const { url, model, transcriptionModel } = config.model;
  const { openAiApiKey: apiKey } = config.secrets;
  return {
    config,
    clock,
    log,
    metrics,
    messaging,
    callRecords: await createCallRecords(messaging),
    lines: await createLines(messaging),
    booking: createBooking(messaging),
    callerProfile: createCallerProfile(messaging),
    businessProfile: createBusinessProfile(messaging),
    routeTokens,
    openEngine: (callLog, onEvent) =>
      openOpenAiRealtime({ url, apiKey, model, transcriptionModel, ca, clock, metrics }, callLog, onEvent),
    ...overrides,
  };
}
