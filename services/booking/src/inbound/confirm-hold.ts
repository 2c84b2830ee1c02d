import { confirmHold } from '@frontdesk/contracts/booking/confirm-hold';
import { WireError } from '@frontdesk/contracts/wire-error';
import type { Context } from '../context.ts';
import { mayConfirm } from '../domain/life.ts';
import { lockAppointment } from '../store/appointment-reader.ts';
import { viewWithCode } from './appointment-view.ts';
import { changeOnce } from './change-once.ts';
import { confirmHeld } from './confirm-held.ts';
import { requireStep } from './require-step.ts';

export async function serveConfirmHold(context: Context): Promise<void> {
  await context.messaging.serve(confirmHold, async (request, rpc) => {
    const { businessId } = rpc;
    const { speak, ...asked } = request;
    const { appointmentId, customer, note, callSid } = request;
    return changeOnce(context, rpc, { contract: confirmHold, asked }, async (tx, now) => {
      const held = await lockAppointment(tx, businessId, appointmentId);
      if (!held) throw new WireError('not_found', 'there is no such held time');
      if (!requireStep(mayConfirm(held, callSid, now))) return viewWithCode(held, speak);
      const confirmed = await confirmHeld(tx, businessId, held, { customer, note }, { now, callSid });
      return viewWithCode(confirmed, speak);
    });
  });
}
