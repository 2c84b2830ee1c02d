/** Counted for the statistics; the appointment itself is booking's. */
import { appointmentBooked } from '@frontdesk/contracts/events/appointment';
import { on } from '@frontdesk/messaging';
import type { Context } from '../context.ts';
import { insertAppointment } from '../store/appointment-writer.ts';

export const onAppointmentBooked = ({ db }: Context) =>
  on(appointmentBooked, (event) => {
    const { appointmentId, callSid } = event.data;
    return db.asTenant(event.businessid, { kind: 'service', id: 'transcript' }, (tx) =>
      insertAppointment(tx, event.businessid, { appointmentId, callSid, bookedAt: event.time }),
    );
  });
