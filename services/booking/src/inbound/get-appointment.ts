import { getAppointment } from '@frontdesk/contracts/booking/get-appointment';
import { actorOf } from '@frontdesk/persistence';
import type { Context } from '../context.ts';
import { readAppointment } from '../store/appointment-reader.ts';
import { recordOf } from './appointment-view.ts';
import { requireFound } from './require-step.ts';

export async function serveGetAppointment(context: Context): Promise<void> {
  await context.messaging.serve(getAppointment, async ({ appointmentId }, rpc) => {
    const appointment = await context.db.readAsTenant(rpc.businessId, actorOf(rpc), (tx) =>
      readAppointment(tx, rpc.businessId, appointmentId),
    );
    return { appointment: recordOf(requireFound(appointment)) };
  });
}
