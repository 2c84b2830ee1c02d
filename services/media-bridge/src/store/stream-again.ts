/**
 * Another stream for a call that lost its own: under which reservation it may come, and the word to Twilio, which may
 * not have noticed, that it should ask for it.
 */
import { randomBytes } from 'node:crypto';
import type { Context } from '../context.ts';
import type { Reservation } from './reservation.ts';

/** A stream that ends while Twilio is told to leave it, or this soon after its answer, ended because of that. */
const REDIRECTED_MS = 1_500;

const newReservationId = () => randomBytes(16).toString('hex');

export interface StreamAgain {
  /** The reservation another stream may come under. */
  readonly reservationId: string;
  expect(reservationId: string): void;
  /** Uses the reservation up. @returns whether this is the one */
  admits(reservationId: string): boolean;
  /** Tells Twilio over REST to ask what comes next, when the call is still waiting for its stream. */
  redirect(): Promise<void>;
  /** Twilio ends a stream properly when it is told to leave it: whether that was just now. */
  readonly wasRedirected: boolean;
}

export interface StreamAgainOptions {
  context: Pick<Context, 'clock' | 'log' | 'twilio'>;
  reservation: Pick<Reservation, 'callSid' | 'continueUrl' | 'twilioAccountSid' | 'twilioAuthTokenEncrypted'>;
  /** Resolves when it is known whose call it is, or when nobody can say. */
  whoseCall(): Promise<void>;
  isWaiting(): boolean;
  /** Twilio says that the call is over. */
  onCallOver(): void;
}

export function createStreamAgain(options: StreamAgainOptions): StreamAgain {
  const { context, reservation, whoseCall, isWaiting } = options;
  const { clock, log, twilio } = context;
  const { callSid, continueUrl, twilioAccountSid: accountSid, twilioAuthTokenEncrypted } = reservation;
  let awaited = newReservationId();
  let redirecting = 0;
  /** Twilio's answer may come after what it did, and what it did after its answer. */
  let redirectedAtMs = Number.NEGATIVE_INFINITY;

  return {
    get reservationId() {
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
      // The stream may be gone because the call is.
      await whoseCall();
      if (!isWaiting()) return;
      redirecting += 1;
      try {
        const account = { accountSid, authTokenEncrypted: twilioAuthTokenEncrypted };
        const alive = await twilio.redirect(account, callSid, continueUrl);
        log.info({ event: 'call.redirected', call_sid: callSid, alive }, 'Twilio was told to ask what comes next');
        if (!alive) options.onCallOver();
      } catch (error) {
        log.warn({ err: error, call_sid: callSid }, 'Twilio could not be told to ask what comes next');
      } finally {
        redirecting -= 1;
        redirectedAtMs = clock.monotonicMs();
      }
    },
    get wasRedirected() {
      return redirecting > 0 || clock.monotonicMs() - redirectedAtMs < REDIRECTED_MS;
    },
  };
}
