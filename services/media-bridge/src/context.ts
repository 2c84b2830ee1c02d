/** Every dependency of the handlers, built once and by hand. What is opened here is closed in reverse with `closing`. */
import { readFile } from 'node:fs/promises';
import { ROUTE_TOKEN_PURPOSE, type RouteToken, routeToken } from '@frontdesk/contracts/media-bridge/route-token';
import { createPulse, type Pulse } from '@frontdesk/lifecycle';
import type { Messaging } from '@frontdesk/messaging';
import type { Logger } from '@frontdesk/observability';
import { createKeyRing, createTokenSigner, type TokenSigner } from '@frontdesk/secrets';
import { type Base, joinMessaging, startBase } from '@frontdesk/service';
import type { Config } from './config.ts';
import type { EngineEvent, VoiceEngine } from './domain/voice-engine.ts';
import { type BridgeMetrics, createBridgeMetrics } from './events.ts';
import { type Booking, createBooking } from './outbound/booking.ts';
import { type BusinessProfile, createBusinessProfile } from './outbound/business-profile.ts';
import { type CallRecords, createCallRecords } from './outbound/call-record/call-record.ts';
import { createCommonStart, type Soon } from './outbound/call-record/common-start.ts';
import { type CallerProfile, createCallerProfile } from './outbound/caller-profile.ts';
import { createLines, type Lines } from './outbound/lines.ts';
import { openOpenAiRealtime, TICK_MS } from './outbound/openai-realtime/openai-realtime.ts';
import { createTwilioCalls, type TwilioCalls } from './outbound/twilio.ts';
import { AUDIO_LOOK_EVERY_MS } from './store/caller-audio.ts';
import { LOOK_EVERY_MS } from './store/stream-watch.ts';

export interface Context extends Base {
  readonly config: Config;
  readonly metrics: BridgeMetrics;
  readonly messaging: Messaging;
  readonly callRecords: CallRecords;
  /** For what calls have to say to NATS while nobody waits for it. */
  readonly soon: Soon;
  readonly lines: Lines;
  readonly booking: Booking;
  readonly callerProfile: CallerProfile;
  readonly businessProfile: BusinessProfile;
  readonly routeTokens: TokenSigner<RouteToken>;
  /** Missing without the keys that open the accounts' tokens. */
  readonly twilio: TwilioCalls | undefined;
  /** When the streams of all calls are looked at. */
  readonly streamLooks: Pulse;
  /** When callers who speak are looked at, whether their audio still comes. */
  readonly audioLooks: Pulse;
  /** A voice for one call; it begins to connect at once. */
  openEngine(log: Logger, onEvent: (event: EngineEvent) => void): VoiceEngine;
}

const SERVICE = 'media-bridge';
/** A bridge that dies takes with it what its records were to say of the last so many. */
const SOON_MS = 50;

export async function createContext(
  config: Config,
  closing: AsyncDisposableStack,
  overrides: Partial<Context>,
): Promise<Context> {
  const base = startBase({ service: SERVICE, config, overrides }, closing);
  const { clock } = base;
  const metrics = createBridgeMetrics(base.metrics);
  const routeTokens = createTokenSigner(routeToken, config.secrets.tokenKeys, ROUTE_TOKEN_PURPOSE);
  const { url, model, transcriptionModel, caFile } = config.model;
  const { openAiApiKey: apiKey, secretsKeys } = config.secrets;
  const ca = caFile === undefined ? undefined : await readFile(caFile, 'utf8');
  const ticks = createPulse(clock, TICK_MS);
  const messaging = await joinMessaging({ service: SERVICE, config, base }, closing);
  return {
    ...base,
    config,
    metrics,
    messaging,
    callRecords: await createCallRecords(messaging),
    soon: createCommonStart(clock, SOON_MS),
    lines: await createLines(messaging),
    booking: createBooking(messaging),
    callerProfile: createCallerProfile(messaging),
    businessProfile: createBusinessProfile(messaging),
    routeTokens,
    twilio: secretsKeys === undefined ? undefined : createTwilioCalls(createKeyRing(secretsKeys), config.twilioApiUrl),
    streamLooks: createPulse(clock, LOOK_EVERY_MS),
    audioLooks: createPulse(clock, AUDIO_LOOK_EVERY_MS),
    openEngine: (callLog, onEvent) =>
      openOpenAiRealtime({ url, apiKey, model, transcriptionModel, ca, clock, ticks, metrics }, callLog, onEvent),
    ...overrides,
  };
}
