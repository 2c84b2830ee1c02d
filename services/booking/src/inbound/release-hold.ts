import { releaseHold } from '@frontdesk/contracts/booking/release-hold';
import { WireError } from '@frontdesk/contracts/wire-error';
import { actorOf } from '@frontdesk/persistence';
import type { Context } from '../context.ts';
import { mayRelease } from '../domain/life.ts';
import { lockAppointment } from '../store/appointment-reader.ts';
import { giveUpHold } from './give-up-hold.ts';
import { requireStep } from './require-step.ts';

export async function serveReleaseHold(context: Context): Promise<void> {
  await context.messaging.serve(releaseHold, async ({ appointmentId, callSid }, rpc) => {
    const { businessId } = rpc;
    const released = await context.db.asTenant(businessId, actorOf(rpc), async (tx) => {
      const held = await lockAppointment(tx, businessId, appointmentId);
      if (!held) throw new WireError('not_found', 'there is no such held time');
      if (!requireStep(mayRelease(held, callSid))) return false;
      const by = callSid === undefined ? 'business' : 'caller';
      await giveUpHold(tx, businessId, appointmentId, { by, now: context.clock.now(), callSid });
      return true;
    });
    context.events.changed({ what: releaseHold.verb, repeated: !released });
    return { released };
  });
}
