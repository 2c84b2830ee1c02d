/** What the model knows by short names, and where they come from. */
import type { AppointmentHandles, KnownAppointment } from './appointment-handles.ts';
import type { SlotHandles, SlotOffer } from './slot-handles.ts';

/** Free times and appointments by their handles. */
export interface Known {
  readonly offers: readonly SlotOffer[];
  readonly appointments: readonly KnownAppointment[];
}

/** @returns what became known, or changed, since this was last asked; undefined when nothing did */
export function newlyKnown(handles: { slots: SlotHandles; appointments: AppointmentHandles }): Known | undefined {
  const offers = handles.slots.takeNew();
  const appointments = handles.appointments.takeNew();
  return offers.length + appointments.length === 0 ? undefined : { offers, appointments };
}
