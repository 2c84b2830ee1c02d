import { markNoShow } from '@frontdesk/contracts/booking/mark-no-show';
import { actorOf } from '@frontdesk/persistence';
import type { Context } from '../context.ts';
import { mayMarkNoShow } from '../domain/life.ts';
import { appendNoShow } from '../outbound/appointment-events.ts';
import { freeTime } from '../store/allocation-writer.ts';
import { lockAppointment } from '../store/appointment-reader.ts';
import * as writer from '../store/appointment-writer.ts';
import { requireFound, requireStep } from './require-step.ts';

export async function serveMarkNoShow(context: Context): Promise<void> {
  await context.messaging.serve(markNoShow, async ({ appointmentId }, rpc) => {
    const { businessId } = rpc;
    const now = context.clock.now();
    const isNew = await context.db.asTenant(businessId, actorOf(rpc), async (tx) => {
      const before = requireFound(await lockAppointment(tx, businessId, appointmentId));
      if (!requireStep(mayMarkNoShow(before, now))) return false;
      const missed = await writer.markNoShow(tx, businessId, appointmentId);
      await freeTime(tx, businessId, appointmentId);
      await appendNoShow(tx, businessId, missed, { now, callSid: undefined });
      return true;
    });
    context.events.changed({ what: markNoShow.verb, repeated: !isNew });
    return { appointmentId };
  });
}
