/** Everything the gateway asks of bridges: who is there, take this call, what comes next, are you alive. */

import type { CallHead, NextStep } from '@frontdesk/contracts/kv/calls';
import { bridgeAnnouncement } from '@frontdesk/contracts/media-bridge/announcement';
import { callOver } from '@frontdesk/contracts/media-bridge/call-over';
import { releaseCall } from '@frontdesk/contracts/media-bridge/release-call';
import { reserveCall } from '@frontdesk/contracts/media-bridge/reserve-call';
import { WireError } from '@frontdesk/contracts/wire-error';
import type { Clock } from '@frontdesk/lifecycle';
import type { Messaging } from '@frontdesk/messaging';
import type { Logger } from '@frontdesk/observability';
import type { z } from 'zod';
import {
  answered,
  type Bridge,
  candidates,
  emptyRoster,
  failed,
  heard,
  isServed,
  lost,
  placed,
  reached,
  unreachable,
} from '../../domain/placement.ts';
import { claimedBy } from '../../domain/takeover.ts';
import { createHearing } from './hearing.ts';
import { askNextStep } from './next-step.ts';
import { createPulseWatch } from './pulse-watch.ts';

export type Reservation = z.input<typeof reserveCall.request>;
export type Owner = Bridge;

export interface Wish {
  callSid: string;
  pool: string;
  /** Asked before any other: the bridge that has the call already. */
  first?: Owner | undefined;
  /** Never asked: the owner that was found gone. */
  except?: Owner | undefined;
  /** The call is there already: the epoch in its record when that was read, and the record as it is by now. */
  resuming?: { epoch: number; head(): Promise<CallHead | 'over' | undefined> } | undefined;
  /** Whether there is time to ask another one: asked before every try. */
  mayAsk?: (() => boolean) | undefined;
  /** The reservation as this bridge is asked for it. */
  reservation(owner: Owner): Reservation;
}

/**
 * - `claimed_elsewhere`, `call_over`  said by a bridge about a call that is to go on
 * - `full`      there are bridges, and none has room, or none was asked in time
 * - `no_bridge` nobody serves this pool
 */
export type NotPlaced = 'claimed_elsewhere' | 'call_over' | 'full' | 'no_bridge';
export type Placement = { kind: 'placed'; owner: Owner } | { kind: NotPlaced };

/** A bridge, and the reservation it was asked for. */
interface Asked {
  owner: Owner;
  wanted: Reservation;
}

export interface Bridges extends AsyncDisposable {
  /**
   * Asks up to three bridges of the pool; the first that accepts owns the call. When none does, the first that did not
   * answer a new call in time is asked once more.
   * @throws WireError of `resuming.head`
   */
  reserve(wish: Wish): Promise<Placement>;
  /**
   * What Twilio should do now, by the owner's memory: `not_mine` when it does not have the call, `gone` when it does not
   * answer within 300 ms, or a little more when we were late ourselves.
   */
  nextStep(owner: Owner, callSid: string): Promise<NextStep | 'not_mine' | 'gone'>;
  /** Twilio says that this call of the bridge has ended. */
  callOver(owner: Pick<Owner, 'podId'>, call: { businessId: string; callSid: string }): void;
  /** Asks this bridge for signs of life while a call is carried to it. @param onDead called once, when it gives none */
  watch(owner: Owner, onDead: () => void): Disposable;
  /** It could not be reached for a call. */
  unreachable(owner: Owner): void;
  /** It accepted the media socket of a call. */
  reached(owner: Owner): void;
}

export function createBridges(messaging: Messaging, clock: Clock, log: Logger): Bridges {
  let roster = emptyRoster;
  const listening = messaging.onSignal(bridgeAnnouncement, (announcement) => {
    roster = heard(roster, announcement, clock.monotonicMs());
    hearing.heard();
  });
  const hearing = createHearing(messaging, clock);
  const pulses = createPulseWatch({
    clock,
    onDead(owner) {
      log.error({ bridge: owner.podId }, 'bridge does not answer: its calls are moved');
      roster = lost(roster, owner.podId, clock.monotonicMs());
    },
  });

  return {
    async reserve(wish) {
      const late: Asked[] = [];
      const placement = await askInTurn(wish, late);
      const nobodyTookIt = placement.kind === 'full' || placement.kind === 'no_bridge';
      const taker = nobodyTookIt ? await askAgain(wish.callSid, late) : undefined;
      for (const each of late) if (each !== taker) letGo(each);
      return taker ? { kind: 'placed', owner: taker.owner } : placement;
    },
    nextStep: (owner, callSid) => askNextStep({ clock, log }, owner, callSid),
    callOver({ podId }, call) {
      messaging
        .request(callOver, podId, call, { callSid: call.callSid })
        .then(({ known }) => log.debug({ bridge: podId, known }, 'a bridge was told that its call is over'))
        .catch((error: unknown) => log.info({ err: error, bridge: podId }, 'nobody was told that the call is over'));
    },
    watch: (owner, onDead) => pulses.watch(owner, onDead),
    unreachable({ podId }) {
      roster = unreachable(roster, podId, clock.monotonicMs());
    },
    reached({ podId }) {
      roster = reached(roster, podId);
    },
    async [Symbol.asyncDispose]() {
      pulses[Symbol.dispose]();
      hearing[Symbol.dispose]();
      await listening[Symbol.asyncDispose]();
    },
  };

  /** @param late those that did not answer a new call in time are added to it */
  async function askInTurn(
    { callSid, pool, first, except, resuming, mayAsk, reservation }: Wish,
    late: Asked[],
  ): Promise<Placement> {
    const ready = () => candidates(roster, pool, clock.monotonicMs(), except);
    if (!first) await hearing.until(() => ready().length > 0);
    const others = ready();
    const asked = first ? [first, ...others.filter(({ podId }) => podId !== first.podId)] : others;
    for (const { podId, address } of asked) {
      if (mayAsk?.() === false) break;
      const owner = { podId, address };
      // Counted before the answer, or simultaneous calls would all see the same empty bridge. One that refuses stays
      // counted until it speaks for itself again.
      roster = placed(roster, podId);
      const wanted = reservation(owner);
      const outcome = await ask(podId, callSid, wanted);
      if (outcome === 'accepted') return { kind: 'placed', owner };
      if (outcome === 'claimed_elsewhere' || outcome === 'call_over') return { kind: outcome };
      // A call that is to go on may be this one's already, whatever it answered.
      if (outcome === 'late' && wanted.mode !== 'resume') late.push({ owner, wanted });
      if ((outcome !== 'late' && outcome !== 'away') || resuming === undefined) continue;
      // Before another one is asked: this one may have the call, and nobody would ever come to it.
      const asOwner = podId === first?.podId && address === first.address;
      const claimed = claimedBy({ bridge: owner, epoch: resuming.epoch, asOwner }, await resuming.head());
      if (claimed === 'placed') return { kind: 'placed', owner };
      if (claimed !== 'unclaimed') return { kind: claimed };
    }
    return { kind: isServed(roster, pool, clock.monotonicMs()) ? 'full' : 'no_bridge' };
  }

  /**
   * A bridge that has just started, or whose machine is busy, may need longer than we wait. The same reservation again is
   * answered at once by then; without it the caller would be told that all lines are busy.
   */
  async function askAgain(callSid: string, [asked]: readonly Asked[]): Promise<Asked | undefined> {
    if (asked === undefined) return undefined;
    return (await ask(asked.owner.podId, callSid, asked.wanted)) === 'accepted' ? asked : undefined;
  }

  /** It may have accepted all the same, and would keep a place and a line for a stream that never comes. */
  function letGo({ owner: { podId }, wanted: { businessId, callSid, reservationId } }: Asked): void {
    messaging
      .request(releaseCall, podId, { businessId, callSid, reservationId }, { callSid })
      .then(({ released }) => log.info({ bridge: podId, released }, 'a reservation was let go'))
      .catch((error: unknown) => log.debug({ err: error, bridge: podId }, 'nobody let go of a reservation'));
  }

  async function ask(podId: string, callSid: string, reservation: Reservation) {
    try {
      const reply = await messaging.request(reserveCall, podId, reservation, { callSid });
      roster = answered(roster, podId);
      if (reply.accepted) return 'accepted' as const;
      log.info({ bridge: podId, reason: reply.reason }, 'bridge refused a reservation');
      return reply.reason;
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      log.warn({ bridge: podId, code: error.code }, 'bridge did not answer a reservation');
      roster = failed(roster, podId, clock.monotonicMs());
      return error.code === 'deadline' ? ('late' as const) : ('away' as const);
    }
  }
}
