/** Puts a call on a bridge and points Twilio at it: the reservation, the tokens, the TwiML. */
import { randomBytes } from 'node:crypto';
import type { Attestation } from '@frontdesk/contracts/caller-profile/recognise-caller';
import type { DirectoryEntry } from '@frontdesk/contracts/kv/directory';
import { ROUTE_TOKEN_TTL_MS } from '@frontdesk/contracts/media-bridge/route-token';
import { connectStreamTwiml } from '@frontdesk/telephony';
import type { Context } from '../context.ts';
import { CALL_TOKEN_TTL_MS, type CallToken } from '../domain/call-token.ts';
import { continueUrl, streamUrl } from '../domain/urls.ts';
import type { NotPlaced, Owner } from '../outbound/media-bridge/media-bridge.ts';
import type { Patience } from './patience.ts';

export interface IncomingLeg {
  entry: DirectoryEntry;
  callSid: string;
  from: string | null;
  attestation: Attestation;
  line: number;
}

export interface Connecting {
  mode: 'new' | 'resume';
  /** With `resume`: the epoch in the call's record when that was read. */
  epoch?: number | undefined;
  first?: Owner | undefined;
  except?: Owner | undefined;
  moves?: number;
  /** No bridge is asked that could not answer in it. */
  patience?: Patience;
}

/** A bridge that is asked, and a look at the record when it does not answer. */
const ASKING_MS = 1_000;

export type Connected = { kind: 'connected'; twiml: string } | { kind: NotPlaced };

/** @throws WireError when NATS cannot be asked */
export async function connectCall(context: Context, leg: IncomingLeg, how: Connecting): Promise<Connected> {
  const { entry, callSid, from, attestation, line } = leg;
  const { businessId } = entry;
  const reservationId = randomBytes(16).toString('hex');
  const placedAtMs = context.clock.now().epochMilliseconds;
  const continuing = (owner: Owner) =>
    signedContinueUrl(context, { callSid, businessId, line, attestation, placedAtMs, moves: how.moves ?? 0, ...owner });
  const placement = await context.bridges.reserve({
    callSid,
    pool: entry.pool,
    first: how.first,
    except: how.except,
    resuming:
      how.mode === 'resume' && how.epoch !== undefined
        ? { epoch: how.epoch, head: () => within(how.patience, context.records.head(callSid)) }
        : undefined,
    mayAsk: () => how.patience?.hasRoomFor(ASKING_MS) ?? true,
    reservation: (owner) => ({
      businessId,
      callSid,
      reservationId,
      pool: entry.pool,
      direction: 'inbound',
      from,
      to: entry.number,
      attestation,
      twilioAccountSid: entry.twilio.accountSid,
      twilioAuthTokenEncrypted: entry.twilio.authTokenEncrypted,
      continueUrl: continuing(owner),
      mode: how.mode,
      ...(how.epoch === undefined ? {} : { epoch: how.epoch }),
      profile: entry.profile,
      line,
    }),
  });
  if (placement.kind !== 'placed') return placement;
  const { owner } = placement;
  return {
    kind: 'connected',
    twiml: streamTwiml(context, { callSid, businessId, reservationId, owner }, continuing(owner)),
  };
}

const within = <T>(patience: Patience | undefined, work: Promise<T>) => patience?.within(work) ?? work;

export interface Stream {
  callSid: string;
  businessId: string;
  reservationId: string;
  owner: Owner;
}

/** @param then absolute; where Twilio goes when the stream has closed */
export function streamTwiml(context: Context, { owner, ...stream }: Stream, then: string): string {
  const { publicUrl } = context.config;
  const route = context.routeTokens.sign({ ...stream, ...owner }, ROUTE_TOKEN_TTL_MS, context.clock.now());
  return connectStreamTwiml({ streamUrl: streamUrl(publicUrl, stream.businessId, route), continueUrl: then });
}

export function signedContinueUrl(context: Context, token: CallToken): string {
  const { publicUrl } = context.config;
  return continueUrl(publicUrl, context.callTokens.sign(token, CALL_TOKEN_TTL_MS, context.clock.now()));
}
