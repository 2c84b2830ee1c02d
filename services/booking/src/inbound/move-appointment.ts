/** Moves an appointment: its new time is taken and its old one given up in one step, or nothing changes. */
import { moveAppointment } from '@frontdesk/contracts/booking/move-appointment';
import { WireError } from '@frontdesk/contracts/wire-error';
import type { TenantTransaction } from '@frontdesk/persistence';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import type { Appointment } from '../domain/appointment.ts';
import type { Catalog } from '../domain/catalog.ts';
import { judgeLateness, type LateChange } from '../domain/late-change.ts';
import { mayMove } from '../domain/life.ts';
import { type Doors, mayChange } from '../domain/may-change.ts';
import { appendMoved } from '../outbound/appointment-events.ts';
import { retakeTime } from '../store/allocation-writer.ts';
import { lockAppointment } from '../store/appointment-reader.ts';
import * as writer from '../store/appointment-writer.ts';
import { type AlsoRetired, requireCatalog } from '../store/catalog-reader.ts';
import { lockForBooking } from '../store/locks.ts';
import type { BookingSchema } from '../store/schema.ts';
import { viewOf, viewWithCode } from './appointment-view.ts';
import { changeOnce } from './change-once.ts';
import { requireFound, requireStep, requireTrust } from './require-step.ts';
import { takeSlot } from './take-slot.ts';
import { withProof } from './with-proof.ts';

type Request = z.output<typeof moveAppointment.request>;

export async function serveMoveAppointment(context: Context): Promise<void> {
  await context.messaging.serve(moveAppointment, async (request, rpc) => {
    const { speak, ...asked } = request;
    return withProof(context, rpc, request, (doors) =>
      changeOnce(context, rpc, { contract: moveAppointment, asked }, async (tx, now) => {
        const { before, after, lateness } = await move(tx, rpc.businessId, request, doors, now);
        const { startsAt, spoken } = viewOf(before, speak);
        const { late, note: lateNote } = lateness;
        return { ...viewWithCode(after, speak), previous: { startsAt, spoken }, late, lateNote };
      }),
    );
  });
}

async function move(
  tx: TenantTransaction<BookingSchema>,
  businessId: string,
  { appointmentId, slot, anyResource, proof }: Request,
  doors: Doors,
  now: Temporal.Instant,
): Promise<{ before: Appointment; after: Appointment; lateness: LateChange }> {
  const before = requireFound(await lockAppointment(tx, businessId, appointmentId));
  requireTrust(mayChange(proof, before, doors));
  requireStep(mayMove(before, proof.by, now));
  await lockForBooking(tx, businessId);
  const catalog = catalogFor(proof, await requireCatalog(tx, businessId, ofItsOwn(before, slot, proof)));
  const lateness = judgeLateness(catalog.rules, before.startsAt, proof.by, now);
  if (lateness.refusal) throw new WireError('denied', lateness.refusal);
  if (slot.serviceId !== before.serviceId) throw new WireError('invalid', 'that time is for another service');
  if (isWhereItIs(before, slot)) return { before, after: before, lateness };

  const callSid = proof.by === 'caller' ? proof.callSid : undefined;
  const wanted = { slot, anyResource, callSid, now, insteadOf: appointmentId };
  let after: Appointment | undefined;
  await takeSlot(tx, businessId, catalog, wanted, async ({ plan, resourceIds }) => {
    const lost = await retakeTime(tx, businessId, { appointmentId, resourceIds, expiresAt: null, ...plan });
    if (lost !== undefined) return [lost];
    after = await writer.moveAppointment(tx, businessId, appointmentId, plan, now);
    return [];
  });
  if (!after) throw new Error('an appointment was moved and cannot be read');
  await appendMoved(tx, businessId, after, { before, by: proof.by, late: lateness.late, now, callSid });
  return { before, after, lateness };
}

/** What is retired is still good for its own appointments; to stay with somebody who is, only the business may say. */
function ofItsOwn(
  { serviceId, resourceId }: Appointment,
  slot: Request['slot'],
  { by }: Request['proof'],
): AlsoRetired {
  return by === 'business' && slot.resourceId === resourceId ? { serviceId, resourceId } : { serviceId };
}

/** Notice is asked of customers: the business itself knows what it can still do. */
function catalogFor({ by }: Request['proof'], catalog: Catalog): Catalog {
  return by === 'caller' ? catalog : { ...catalog, rules: { ...catalog.rules, minNoticeMinutes: 0 } };
}

function isWhereItIs({ resourceId, startsAt }: Appointment, slot: Request['slot']): boolean {
  return slot.resourceId === resourceId && Date.parse(slot.startsAt) === startsAt.epochMilliseconds;
}
