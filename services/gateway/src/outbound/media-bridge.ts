/** Everything the gateway asks of bridges: who is there, take this call, what comes next. */

import type { NextStep } from '@frontdesk/contracts/kv/calls';
import { bridgeAnnouncement } from '@frontdesk/contracts/media-bridge/announcement';
import { nextStepPath, nextStepReply } from '@frontdesk/contracts/media-bridge/next-step';
import { reserveCall } from '@frontdesk/contracts/media-bridge/reserve-call';
import { WireError } from '@frontdesk/contracts/wire-error';
import type { Clock } from '@frontdesk/lifecycle';
import type { Messaging } from '@frontdesk/messaging';
import type { Logger } from '@frontdesk/observability';
import type { z } from 'zod';
import { candidates, emptyRoster, heard, placed } from '../domain/placement.ts';

export type Reservation = z.input<typeof reserveCall.request>;
export interface Owner {
  podId: string;
  address: string;
}

export interface Bridges extends AsyncDisposable {
  /** Asks up to three bridges of the pool; the first that accepts owns the call. Nothing when none does. */
  reserve(reservation: Reservation): Promise<Owner | undefined>;
  /** What Twilio should do now, by the owner's memory; `gone` when it does not answer in 300 ms or does not know the call. */
  nextStep(owner: Owner, callSid: string): Promise<NextStep | 'gone'>;
}

const NEXT_STEP_TIMEOUT_MS = 300;

export function createBridges(messaging: Messaging, clock: Clock, log: Logger): Bridges {
  let roster = emptyRoster;
  const listening = messaging.onSignal(bridgeAnnouncement, (announcement) => {
    roster = heard(roster, announcement, clock.monotonicMs());
  });

  return {
    async reserve(reservation) {
      for (const { podId, address } of candidates(roster, reservation.pool, clock.monotonicMs())) {
        // Counted before the answer, or simultaneous calls would all see the same empty bridge. One that refuses stays
        // counted until it speaks for itself again.
        roster = placed(roster, podId);
        if (await ask(podId, reservation)) return { podId, address };
      }
      return undefined;
    },
    async nextStep(owner, callSid) {
      try {
        const response = await fetch(`http://${owner.address}${nextStepPath(callSid)}`, {
          signal: AbortSignal.timeout(NEXT_STEP_TIMEOUT_MS),
        });
        if (!response.ok) return 'gone';
        return nextStepReply.parse(await response.json()).next;
      } catch (error) {
        log.warn({ err: error, bridge: owner.podId }, 'bridge did not say what comes next');
        return 'gone';
      }
    },
    [Symbol.asyncDispose]: () => listening[Symbol.asyncDispose](),
  };

  async function ask(podId: string, reservation: Reservation): Promise<boolean> {
    try {
      const reply = await messaging.request(reserveCall, podId, reservation, { callSid: reservation.callSid });
      if (!reply.accepted) log.info({ bridge: podId, reason: reply.reason }, 'bridge refused a reservation');
      return reply.accepted;
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      log.warn({ bridge: podId, code: error.code }, 'bridge did not answer a reservation');
      return false;
    }
  }
}
