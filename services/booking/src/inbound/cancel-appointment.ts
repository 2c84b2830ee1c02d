import { cancelAppointment } from '@frontdesk/contracts/booking/cancel-appointment';
import { WireError } from '@frontdesk/contracts/wire-error';
import type { TenantTransaction } from '@frontdesk/persistence';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import type { Appointment } from '../domain/appointment.ts';
import { judgeLateness, type LateChange } from '../domain/late-change.ts';
import { mayCancel } from '../domain/life.ts';
import { type Doors, mayChange } from '../domain/may-change.ts';
import { appendCancelled } from '../outbound/appointment-events.ts';
import { freeTime } from '../store/allocation-writer.ts';
import { lockAppointment } from '../store/appointment-reader.ts';
import * as writer from '../store/appointment-writer.ts';
import { requireCatalog } from '../store/catalog-reader.ts';
import type { BookingSchema } from '../store/schema.ts';
import { viewOf } from './appointment-view.ts';
import { changeOnce } from './change-once.ts';
import { requireFound, requireStep, requireTrust } from './require-step.ts';
import { withProof } from './with-proof.ts';

type Request = z.output<typeof cancelAppointment.request>;

export async function serveCancelAppointment(context: Context): Promise<void> {
  await context.messaging.serve(cancelAppointment, async (request, rpc) => {
    const { speak, ...asked } = request;
    return withProof(context, rpc, request, (doors) =>
      changeOnce(context, rpc, { contract: cancelAppointment, asked }, async (tx, now) => {
        const { appointment, lateness } = await cancel(tx, rpc.businessId, request, doors, now);
        return { ...viewOf(appointment, speak), late: lateness.late, lateNote: lateness.note };
      }),
    );
  });
}

async function cancel(
  tx: TenantTransaction<BookingSchema>,
  businessId: string,
  { appointmentId, proof, reason }: Request,
  doors: Doors,
  now: Temporal.Instant,
): Promise<{ appointment: Appointment; lateness: LateChange }> {
  const before = requireFound(await lockAppointment(tx, businessId, appointmentId));
  requireTrust(mayChange(proof, before, doors));
  const isNew = requireStep(mayCancel(before, proof.by, now));
  const { rules } = await requireCatalog(tx, businessId);
  // One that is cancelled was so when it was: asking again does not make it late.
  const lateness = judgeLateness(rules, before.startsAt, proof.by, before.cancelledAt ?? now);
  if (!isNew) return { appointment: before, lateness };
  if (lateness.refusal) throw new WireError('denied', lateness.refusal);

  const appointment = await writer.cancelAppointment(tx, businessId, appointmentId, {
    by: proof.by,
    reason: reason ?? null,
    now,
  });
  await freeTime(tx, businessId, appointmentId);
  const callSid = proof.by === 'caller' ? proof.callSid : undefined;
  await appendCancelled(tx, businessId, appointment, { late: lateness.late, now, callSid });
  return { appointment, lateness };
}
