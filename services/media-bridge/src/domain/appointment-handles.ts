/** Short names for the appointments spoken of in one call: the model says `a1`, never an id. */
import { numberOf } from './slot-handles.ts';

export interface KnownAppointment {
  handle: string;
  appointmentId: string;
}

export interface AppointmentHandles {
  /** The handle under which this appointment is known in this call. */
  know(appointmentId: string): string;
  find(handle: string): string | undefined;
  /** Those spoken of since this was last asked. */
  takeNew(): readonly KnownAppointment[];
}

/** @param before what was spoken of earlier in this call, in another bridge: the model still knows it by these handles */
export function createAppointmentHandles(before: readonly KnownAppointment[] = []): AppointmentHandles {
  const ids = new Map(before.map(({ handle, appointmentId }) => [handle, appointmentId]));
  const handles = new Map(before.map(({ handle, appointmentId }) => [appointmentId, handle]));
  let last = Math.max(0, ...before.map(({ handle }) => numberOf(handle)));
  let fresh: KnownAppointment[] = [];
  return {
    know(appointmentId) {
      const known = handles.get(appointmentId);
      if (known !== undefined) return known;
      last += 1;
      const handle = `a${last}`;
      handles.set(appointmentId, handle);
      ids.set(handle, appointmentId);
      fresh.push({ handle, appointmentId });
      return handle;
    },
    find: (handle) => ids.get(handle.trim().toLowerCase()),
    takeNew() {
      const taken = fresh;
      if (fresh.length > 0) fresh = [];
      return taken;
    },
  };
}
