/**
 * Short names for the free times offered in one call: the model says `s3`, never a date or an id. A time offered twice
 * keeps its handle; one that was never offered has none and cannot be booked.
 */
import type { Slot } from '@frontdesk/contracts/booking/slot';

export interface SlotOffer {
  handle: string;
  slot: Slot;
}

export interface SlotHandles {
  /** The handle under which this time is known in this call. */
  offer(slot: Slot): string;
  find(handle: string): Slot | undefined;
  /** Everything offered so far, in order. */
  readonly offers: readonly SlotOffer[];
  readonly count: number;
}

/** @param before what was offered earlier in this call, by another bridge: the model still knows it by these handles */
export function createSlotHandles(before: readonly SlotOffer[] = []): SlotHandles {
  const slots = new Map<string, Slot>();
  const handles = new Map<string, string>();
  for (const { handle, slot } of before) remember(handle, slot);

  function remember(handle: string, slot: Slot): void {
    handles.set(keyOf(slot), handle);
    slots.set(handle, slot);
  }

  return {
    offer(slot) {
      const handle = handles.get(keyOf(slot)) ?? `s${handles.size + 1}`;
      remember(handle, slot);
      return handle;
    },
    find: (handle) => slots.get(handle.trim().toLowerCase()),
    get offers() {
      return [...slots].map(([handle, slot]) => ({ handle, slot }));
    },
    get count() {
      return slots.size;
    },
  };
}

function keyOf({ serviceId, resourceId, startsAt }: Slot): string {
  return `${serviceId}/${resourceId}/${Temporal.Instant.from(startsAt).epochMilliseconds}`;
}
