/** Short names for the appointments spoken of in one call: the model says `a1`, never an id. */

export interface KnownAppointment {
  handle: string;
  appointmentId: string;
}

export interface AppointmentHandles {
  /** The handle under which this appointment is known in this call. */
  know(appointmentId: string): string;
  find(handle: string): string | undefined;
  /** Everything spoken of so far, in order. */
  known(): readonly KnownAppointment[];
  count(): number;
}

/** @param before what was spoken of earlier in this call, in another bridge: the model still knows it by these handles */
export function createAppointmentHandles(before: readonly KnownAppointment[] = []): AppointmentHandles {
  const ids = new Map(before.map(({ handle, appointmentId }) => [handle, appointmentId]));
  const handles = new Map(before.map(({ handle, appointmentId }) => [appointmentId, handle]));
  return {
    know(appointmentId) {
      const handle = handles.get(appointmentId) ?? `a${handles.size + 1}`;
      handles.set(appointmentId, handle);
      ids.set(handle, appointmentId);
      return handle;
    },
    find: (handle) => ids.get(handle.trim().toLowerCase()),
    known() {
      return [...ids].map(([handle, appointmentId]) => ({ handle, appointmentId }));
    },
    count() {
      return ids.size;
    },
  };
}
