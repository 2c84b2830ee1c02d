/**
 * Every call of this bridge: counted when it is reserved, until its conversation is over. Afterwards what comes next is
 * remembered for a minute, for the gateway that asks when Twilio does.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { NextStep } from '@frontdesk/contracts/kv/calls';
import type { Clock } from '@frontdesk/lifecycle';
import { type BridgeState, type Refusal, refusal } from '../domain/admission.ts';
import type { ClaimedCall } from './claimed-call.ts';
import type { LiveCall, Reservation } from './live-call.ts';
import { createNextSteps } from './next-steps.ts';
import { within } from './within.ts';

/** A webhook repeated by Twilio reserves the same call again; more repeats than this are somebody else's doing. */
const MAX_RESERVATIONS = 4;

export interface LiveCalls {
  /**
   * Repeatable: the same call is opened once. Counted at once, also while its record is still being claimed; a new call
   * is opened in the turn of the event loop after the one in which it was accepted.
   * @returns why not, or undefined when accepted
   */
  reserve(reservation: Reservation): Promise<Refusal | undefined>;
  /** Uses a reservation up. @returns undefined when there is none of this business, or when it was used before */
  claim(claim: { callSid: string; businessId: string; reservationId: string }): LiveCall | undefined;
  /**
   * Nobody will come to this reservation. A call that waits for no other one is left to whichever bridge has it.
   * @returns whether it was left
   */
  release(reservation: { callSid: string; businessId: string; reservationId: string }): Promise<boolean>;
  /** Twilio says that the caller is gone. @returns whether the call is here */
  over(call: { callSid: string; businessId: string }): Promise<boolean>;
  next(callSid: string): NextStep | undefined;
  /** Waits until every step there is to tell has been asked for: a gateway asks a moment after the stream closed. */
  untilAsked(deadlineMs: number): Promise<void>;
  /** Takes no more calls and waits for those there are. @returns false when some were still going on */
  drain(deadlineMs: number): Promise<boolean>;
  /** Leaves the calls there are to other bridges, each when nothing is lost. @returns false when some are still here */
  handOver(deadlineMs: number): Promise<boolean>;
  /** This process stood still: any of them may have been taken over. */
  doubt(): void;
  /** Ends every call there is, and waits until it is written down or the deadline has passed. */
  endAll(deadlineMs: number): Promise<void>;
  readonly active: number;
  readonly draining: boolean;
}

interface Place {
  businessId: string;
  call: LiveCall;
  reservationIds: Set<string>;
  claimed: boolean;
}

export interface LiveCallsOptions {
  clock: Clock;
  state(): Pick<BridgeState, 'pool' | 'capacity' | 'loopLagMs'>;
  open(reservation: Reservation, claimed?: ClaimedCall): LiveCall;
  /** Takes the record of a call whose owner is gone. @throws when that cannot be told now */
  claimRecord(reservation: Reservation): Promise<ClaimedCall | 'claimed_elsewhere' | 'call_over'>;
  onChange(active: number): void;
}

export function createLiveCalls({ clock, state, open, claimRecord, onChange }: LiveCallsOptions): LiveCalls {
  const places = new Map<string, Place>();
  /** New calls whose turn is the next, and calls of other bridges whose records are being claimed: they count, too. */
  const opening = new Map<string, Promise<Refusal | undefined>>();
  const steps = createNextSteps(clock);
  const writing = new Set<Promise<void>>();
  let draining = false;
  /** Calls that come now are left at once: those that were here are being left, or ended. */
  let leaving = false;

  const active = () => places.size + opening.size;

  function take(reservation: Reservation, claimed?: ClaimedCall): LiveCall {
    const { businessId, callSid, reservationId } = reservation;
    const call = open(reservation, claimed);
    const place: Place = { businessId, call, reservationIds: new Set([reservationId]), claimed: false };
    steps.forget(callSid);
    places.set(callSid, place);
    onChange(active());
    void call.ended.then(() => {
      places.delete(callSid);
      onChange(active());
      const next = call.next();
      if (next !== undefined) steps.remember(callSid, next);
    });
    const written = call.written.finally(() => writing.delete(written));
    writing.add(written);
    return call;
  }

  async function resume(reservation: Reservation): Promise<Refusal | undefined> {
    const claimed = await claimRecord(reservation);
    if (typeof claimed === 'string') return claimed;
    const call = take(reservation, claimed);
    if (!leaving) return undefined;
    // The record is ours and says so: it has to be complete before another bridge is asked.
    call.receive({ kind: 'hand_over' });
    await call.ended;
    return 'draining';
  }

  /** No call is here, and none is on its way. */
  async function allGone(): Promise<void> {
    while (active() > 0) {
      await Promise.allSettled([...opening.values(), ...[...places.values()].map(({ call }) => call.ended)]);
    }
  }

  /**
   * Beginning a call's work takes milliseconds, and until the gateway has this bridge's answer the caller hears it ring:
   * the answer goes out first.
   */
  async function openNext(reservation: Reservation): Promise<undefined> {
    await nextTurn();
    const call = take(reservation);
    if (leaving) call.receive({ kind: 'hand_over' });
  }

  /** Once: whoever reserves the same call meanwhile gets the same answer. */
  async function whileCounted(callSid: string, opened: Promise<Refusal | undefined>): Promise<Refusal | undefined> {
    const settled = opened.finally(() => {
      opening.delete(callSid);
      onChange(active());
    });
    opening.set(callSid, settled);
    return await settled;
  }

  /** A bridge that was busy finds what is said about a call right behind the reservation itself. */
  async function untilOpened(callSid: string): Promise<void> {
    await opening.get(callSid)?.catch(() => undefined);
  }

  /** The same call once more: the stream may come under this reservation as well. */
  function again(place: Place, { businessId, mode, reservationId }: Reservation): Refusal | undefined {
    const { call, reservationIds, claimed } = place;
    if (place.businessId !== businessId) return 'claimed_elsewhere';
    // It is being handed over: its last words are still being written down.
    const next = call.next();
    if (next === undefined) return 'draining';
    if (!claimed && reservationIds.size < MAX_RESERVATIONS) reservationIds.add(reservationId);
    else if (mode === 'resume') {
      if (next.kind !== 'stream') return 'call_over';
      call.expect(reservationId);
    }
    return undefined;
  }

  return {
    async reserve(reservation) {
      const { callSid } = reservation;
      const underWay = opening.get(callSid);
      const refusedBefore = underWay && (await underWay);
      if (refusedBefore !== undefined) return refusedBefore;
      const known = places.get(callSid);
      if (known !== undefined) return again(known, reservation);
      const refused = refusal({ ...state(), active: active(), draining }, reservation);
      if (refused !== undefined) return refused;
      if (reservation.mode === 'resume') return await whileCounted(callSid, resume(reservation));
      // What goes wrong with it is in the call's log; the stream will find nothing here, and the gateway another bridge.
      whileCounted(callSid, openNext(reservation)).catch(() => undefined);
      return undefined;
    },
    claim({ callSid, businessId, reservationId }) {
      const place = places.get(callSid);
      if (place === undefined || place.businessId !== businessId) return undefined;
      const first = !place.claimed && place.reservationIds.has(reservationId);
      if (!first && !place.call.admits(reservationId)) return undefined;
      place.claimed = true;
      return place.call;
    },
    async release({ callSid, businessId, reservationId }) {
      await untilOpened(callSid);
      const place = places.get(callSid);
      if (place === undefined || place.businessId !== businessId || place.claimed) return false;
      if (!place.reservationIds.delete(reservationId) || place.reservationIds.size > 0) return false;
      place.call.receive({ kind: 'hand_over' });
      return true;
    },
    async over({ callSid, businessId }) {
      await untilOpened(callSid);
      const place = places.get(callSid);
      if (place === undefined || place.businessId !== businessId) return false;
      place.call.over();
      return true;
    },
    next(callSid) {
      const remembered = steps.asked(callSid);
      return places.get(callSid)?.call.next() ?? remembered;
    },
    untilAsked: (deadlineMs) => steps.untilAsked(deadlineMs),
    async drain(deadlineMs) {
      draining = true;
      return await within(clock, deadlineMs, allGone());
    },
    async handOver(deadlineMs) {
      draining = true;
      leaving = true;
      for (const { call } of places.values()) call.receive({ kind: 'hand_over' });
      return await within(clock, deadlineMs, allGone());
    },
    doubt() {
      for (const { call } of places.values()) call.doubt();
    },
    async endAll(deadlineMs) {
      draining = true;
      leaving = true;
      // Its stream is there: it is we who cannot go on.
      for (const { call } of places.values()) call.receive({ kind: 'evicted', reason: 'failed' });
      const allWritten = async () => {
        await allGone();
        await Promise.all(writing);
      };
      await within(clock, deadlineMs, allWritten());
    },
    get active() {
      return active();
    },
    get draining() {
      return draining;
    },
  };
}
