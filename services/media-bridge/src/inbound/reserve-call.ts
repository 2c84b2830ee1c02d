/** A gateway asks this bridge to take a call. */
import { reserveCall } from '@frontdesk/contracts/media-bridge/reserve-call';
import type { Context } from '../context.ts';
import type { LiveCalls } from '../store/live-calls.ts';

export async function serveReserveCall({ messaging, config, metrics, log }: Context, calls: LiveCalls): Promise<void> {
  await messaging.serve(
    reserveCall,
    async (reservation) => {
      const reason = await calls.reserve(reservation);
      metrics.reservations.inc({ result: reason ?? 'accepted' });
      if (reason === undefined) return { accepted: true as const };
      log.info({ event: 'reservation.refused', reason }, 'reservation refused');
      return { accepted: false as const, reason };
    },
    { podId: config.podId },
  );
}
