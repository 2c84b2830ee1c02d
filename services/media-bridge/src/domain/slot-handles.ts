/**
 * Short names for the free times offered in one call: the model says `s3`, never a date or an id. A time offered twice
 * keeps its handle; one that was never offered has none and cannot be booked.
 */
import type { Slot } from '@frontdesk/contracts/booking/slot';

export interface SlotHandles {
  /** The handle under which this time is known in this call. */
  offer(slot: Slot): string;
  find(handle: string): Slot | undefined;
}

export function createSlotHandles(): SlotHandles {
  const slots = new Map<string, Slot>();
  const handles = new Map<string, string>();
  return {
    offer(slot) {
      const key = `${slot.serviceId}/${slot.resourceId}/${Temporal.Instant.from(slot.startsAt).epochMilliseconds}`;
      const handle = handles.get(key) ?? `s${handles.size + 1}`;
      handles.set(key, handle);
      slots.set(handle, slot);
      return handle;
    },
    find: (handle) => slots.get(handle.trim().toLowerCase()),
  };
}
