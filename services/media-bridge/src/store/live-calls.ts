/**
 * Every call of this bridge: counted when it is reserved, until its conversation is over. Afterwards what comes next is
 * remembered for a minute, for the gateway that asks when Twilio does.
 */
import type { NextStep } from '@frontdesk/contracts/kv/calls';
import type { Clock } from '@frontdesk/lifecycle';
import { type BridgeState, type Refusal, refusal } from '../domain/admission.ts';
import type { LiveCall, Reservation } from './live-call.ts';

const REMEMBER_MS = 60_000;
/** A webhook repeated by Twilio reserves the same call again; more repeats than this are somebody else's doing. */
const MAX_RESERVATIONS = 4;

export interface LiveCalls {
  /** Repeatable: the same call is opened once. @returns why not, or undefined when accepted */
  reserve(reservation: Reservation): Refusal | undefined;
  /** Uses a reservation up. @returns undefined when there is none, or when it was used before */
  claim(callSid: string, reservationId: string): LiveCall | undefined;
  next(callSid: string): NextStep | undefined;
  /** Takes no more calls and waits for those there are. @returns false when some were still going on */
  drain(deadlineMs: number): Promise<boolean>;
  /** Ends every call there is, and waits until it is written down or the deadline has passed. */
  endAll(deadlineMs: number): Promise<void>;
  readonly active: number;
  readonly draining: boolean;
}

interface Place {
  call: LiveCall;
  reservationIds: Set<string>;
  claimed: boolean;
}

export interface LiveCallsOptions {
  clock: Clock;
  state(): Pick<BridgeState, 'pool' | 'capacity' | 'loopLagMs'>;
  open(reservation: Reservation): LiveCall;
  onChange(active: number): void;
}

export function createLiveCalls({ clock, state, open, onChange }: LiveCallsOptions): LiveCalls {
  const places = new Map<string, Place>();
  const steps = new Map<string, NextStep>();
  const forgetting = new Map<string, Disposable>();
  const writing = new Set<Promise<void>>();
  let draining = false;

  function take(reservation: Reservation): void {
    const { callSid, reservationId } = reservation;
    const call = open(reservation);
    const place: Place = { call, reservationIds: new Set([reservationId]), claimed: false };
    forget(callSid);
    places.set(callSid, place);
    onChange(places.size);
    void call.ended.then(() => {
      places.delete(callSid);
      onChange(places.size);
      if (call.next !== undefined) remember(callSid, call.next);
    });
    const written = call.written.finally(() => writing.delete(written));
    writing.add(written);
  }

  /** Twilio came back with a call whose conversation was over: it has begun another one. */
  function forget(callSid: string): void {
    steps.delete(callSid);
    forgetting.get(callSid)?.[Symbol.dispose]();
    forgetting.delete(callSid);
  }

  function remember(callSid: string, next: NextStep): void {
    steps.set(callSid, next);
    forgetting.set(
      callSid,
      clock.after(REMEMBER_MS, () => {
        steps.delete(callSid);
        forgetting.delete(callSid);
      }),
    );
  }

  return {
    reserve(reservation) {
      const known = places.get(reservation.callSid);
      if (known !== undefined) {
        const { reservationIds, claimed } = known;
        if (!claimed && reservationIds.size < MAX_RESERVATIONS) reservationIds.add(reservation.reservationId);
        return undefined;
      }
      const refused = refusal({ ...state(), active: places.size, draining }, reservation.pool);
      if (refused === undefined) take(reservation);
      return refused;
    },
    claim(callSid, reservationId) {
      const place = places.get(callSid);
      if (place === undefined || place.claimed || !place.reservationIds.has(reservationId)) return undefined;
      place.claimed = true;
      return place.call;
    },
    next: (callSid) => places.get(callSid)?.call.next ?? steps.get(callSid),
    async drain(deadlineMs) {
      draining = true;
      return await within(clock, deadlineMs, Promise.all([...places.values()].map(({ call }) => call.ended)));
    },
    async endAll(deadlineMs) {
      draining = true;
      for (const { call } of places.values()) call.receive({ kind: 'evicted', reason: 'stream_lost' });
      await within(clock, deadlineMs, Promise.all(writing));
      for (const callSid of [...forgetting.keys()]) forget(callSid);
    },
    get active() {
      return places.size;
    },
    get draining() {
      return draining;
    },
  };
}

/** @returns whether the work was done in time */
async function within(clock: Clock, ms: number, work: Promise<unknown>): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<false>();
  using _ = clock.after(ms, () => resolve(false));
  return await Promise.race([work.then(() => true), late]);
}
