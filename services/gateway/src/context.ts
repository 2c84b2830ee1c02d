/** Every dependency of the handlers, built once and by hand. What is opened here is closed in reverse with `closing`. */
import { ROUTE_TOKEN_PURPOSE, type RouteToken, routeToken } from '@frontdesk/contracts/media-bridge/route-token';
import type { Messaging } from '@frontdesk/messaging';
import { createKeyRing, createTokenSigner, type KeyRing, type TokenSigner } from '@frontdesk/secrets';
import { type Base, joinMessaging, startBase } from '@frontdesk/service';
import type { Config } from './config.ts';
import {
  type CallToken,
  callToken,
  type HoldToken,
  holdToken,
  type RecordingToken,
  recordingToken,
} from './domain/call-token.ts';
import { createFloodLimit, type FloodLimit } from './domain/flood-limit.ts';
import { createEvents, type Events } from './events.ts';
import { type Booking, createBooking } from './outbound/booking.ts';
import { type BusinessProfile, createBusinessProfile } from './outbound/business-profile.ts';
import { type CallRecords, createCallRecords } from './outbound/call-record.ts';
import { type CallerProfile, createCallerProfile } from './outbound/caller-profile.ts';
import { type Directory, watchDirectory } from './outbound/directory.ts';
import { createLineReturns, type LineReturns } from './outbound/lines/line-returns.ts';
import { createLines, type Lines } from './outbound/lines/lines.ts';
import { type Bridges, createBridges } from './outbound/media-bridge/media-bridge.ts';
import { createMediaTrunks, type MediaTrunks } from './outbound/media-bridge/media-trunk.ts';
import { createHoldQueue, type HoldQueue } from './outbound/queue.ts';
import { createTranscript, type Transcript } from './outbound/transcript.ts';

export interface Context extends Base {
  readonly config: Config;
  readonly messaging: Messaging;
  readonly events: Events;
  readonly directory: Directory;
  readonly lines: Lines;
  readonly lineReturns: LineReturns;
  readonly queue: HoldQueue;
  readonly records: CallRecords;
  readonly flood: FloodLimit;
  readonly bridges: Bridges;
  readonly trunks: MediaTrunks;
  readonly booking: Booking;
  readonly businessProfile: BusinessProfile;
  readonly callerProfile: CallerProfile;
  readonly transcript: Transcript;
  readonly keyRing: KeyRing;
  readonly routeTokens: TokenSigner<RouteToken>;
  readonly callTokens: TokenSigner<CallToken>;
  readonly holdTokens: TokenSigner<HoldToken>;
  readonly recordingTokens: TokenSigner<RecordingToken>;
}

const SERVICE = 'gateway';

export async function createContext(
  config: Config,
  closing: AsyncDisposableStack,
  overrides: Partial<Context>,
): Promise<Context> {
  const base = startBase({ service: SERVICE, config, overrides }, closing);
  const { clock, log, metrics } = base;
  const messaging = await joinMessaging({ service: SERVICE, config, base }, closing);
  const context = {
    ...base,
    config,
    messaging,
    events: closing.use(createEvents(messaging, metrics, log, clock)),
    directory: closing.use(await watchDirectory(messaging)),
    lines: await createLines(messaging),
    queue: closing.use(await createHoldQueue(messaging)),
    records: await createCallRecords(messaging),
    flood: createFloodLimit(config.callerLimit),
    bridges: closing.use(createBridges(messaging, clock, log)),
    trunks: closing.use(createMediaTrunks(clock, log, metrics)),
    booking: createBooking(messaging),
    businessProfile: createBusinessProfile(messaging),
    callerProfile: createCallerProfile(messaging),
    transcript: createTranscript(messaging),
    keyRing: createKeyRing(config.secrets.keyRing),
    routeTokens: createTokenSigner(routeToken, config.secrets.tokenKeys, ROUTE_TOKEN_PURPOSE),
    callTokens: createTokenSigner(callToken, config.secrets.tokenKeys, 'call'),
    holdTokens: createTokenSigner(holdToken, config.secrets.tokenKeys, 'hold'),
    recordingTokens: createTokenSigner(recordingToken, config.secrets.tokenKeys, 'recording'),
    ...overrides,
  };
  return { lineReturns: closing.use(createLineReturns(context)), ...context };
}
