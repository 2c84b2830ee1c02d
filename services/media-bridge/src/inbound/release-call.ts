/** A gateway lets go of a reservation whose answer it did not wait for. */
import { releaseCall } from '@frontdesk/contracts/media-bridge/release-call';
import type { Context } from '../context.ts';
import type { LiveCalls } from '../store/live-calls.ts';

export async function serveReleaseCall({ messaging, config, log }: Context, calls: LiveCalls): Promise<void> {
  await messaging.serve(
    releaseCall,
    async (reservation) => {
      const released = await calls.release(reservation);
      if (released) log.info({ event: 'reservation.released', call_sid: reservation.callSid }, 'reservation released');
      return { released };
    },
    { podId: config.podId },
  );
}
