/**
 * Another stream for a call that lost its own: under which reservation it may come, and the word to Twilio, which may
 * not have noticed, that it should ask for it.
 */
import { randomBytes } from 'node:crypto';
import { backoff, sleep } from '@frontdesk/lifecycle';
import type { Context } from '../context.ts';
import type { Reservation } from './reservation.ts';

/** A stream that ends while Twilio is told to leave it, or this soon after its answer, ended because of that. */
const REDIRECTED_MS = 1_500;

/** A gateway that dies leaves all its calls at once: Twilio, which counts requests, is not asked by all of them at once. */
const SPREAD_MS = 300;
/** After a refusal, such as one too many at that moment: as often as the call waits for. */
const retryAfter = backoff({ baseMs: 300, maxMs: 2_000, factor: 3, jitter: 0.5 });

const newReservationId = () => randomBytes(16).toString('hex');

export interface StreamAgain {
  /** The reservation another stream may come under. */
  reservationId(): string;
  expect(reservationId: string): void;
  /** Uses the reservation up. @returns whether this is the one */
  admits(reservationId: string): boolean;
  /** Tells Twilio over REST to ask what comes next, again until it is told or the call does not wait for its stream. */
  redirect(): Promise<void>;
  /** Twilio ends a stream properly when it is told to leave it: whether that was just now. */
  wasRedirected(): boolean;
}

export interface StreamAgainOptions {
  context: Pick<Context, 'clock' | 'log' | 'twilio'>;
  reservation: Pick<Reservation, 'callSid' | 'continueUrl' | 'twilioAccountSid' | 'twilioAuthTokenEncrypted'>;
  /** Resolves when it is known whose call it is, or when nobody can say. */
  whoseCall(): Promise<void>;
  isWaiting(): boolean;
  /** Twilio says that the call is over. */
  onCallOver(): void;
  /** From 0 to 1. */
  random?: () => number;
}

export function createStreamAgain(options: StreamAgainOptions): StreamAgain {
  const { context, reservation, whoseCall, isWaiting, random = Math.random } = options;
  const { clock, log, twilio } = context;
  const { callSid, continueUrl, twilioAccountSid: accountSid, twilioAuthTokenEncrypted } = reservation;
  let awaited = newReservationId();
  let redirecting = 0;
  /** Twilio's answer may come after what it did, and what it did after its answer. */
  let redirectedAtMs = Number.NEGATIVE_INFINITY;

  /** Told twice, Twilio only asks again. @returns whether it knows now */
  async function isTold(tell: () => Promise<boolean>): Promise<boolean> {
    redirecting += 1;
    try {
      const alive = await tell();
      log.info({ event: 'call.redirected', call_sid: callSid, alive }, 'Twilio was told to ask what comes next');
      if (!alive) options.onCallOver();
      return true;
    } catch (error) {
      log.warn({ err: error, call_sid: callSid }, 'Twilio could not be told to ask what comes next');
      return false;
    } finally {
      redirecting -= 1;
      redirectedAtMs = clock.monotonicMs();
    }
  }

  return {
    reservationId() {
      return awaited;
    },
    expect(reservationId) {
      awaited = reservationId;
    },
    admits(reservationId) {
      if (reservationId !== awaited) return false;
      awaited = newReservationId();
      return true;
    },
    async redirect() {
      if (continueUrl === undefined || twilioAuthTokenEncrypted === undefined || twilio === undefined) return;
      const account = { accountSid, authTokenEncrypted: twilioAuthTokenEncrypted };
      const tell = () => twilio.redirect(account, callSid, continueUrl);
      await sleep(clock, random() * SPREAD_MS);
      for (let failures = 0; isWaiting(); failures += 1) {
        // The stream may be gone because the call is.
        await whoseCall();
        if (!isWaiting() || (await isTold(tell))) return;
        await sleep(clock, retryAfter(failures, random));
      }
    },
    wasRedirected() {
      return redirecting > 0 || clock.monotonicMs() - redirectedAtMs < REDIRECTED_MS;
    },
  };
}
