/**
 * Short names for the free times offered in one call: the model says `s3`, never a date or an id. A time offered twice
 * keeps its handle; one that was never offered has none and cannot be booked.
 */
import type { Slot } from '@frontdesk/contracts/booking/slot';

export interface SlotOffer {
  handle: string;
  slot: Slot;
  /** The caller asked for this person: nobody else may take their place. As it was when last offered. */
  named?: boolean | undefined;
}

export interface SlotHandles {
  /**
   * The handle under which this time is known in this call.
   * @param named whether the caller asked for this person; what was so before stays so when absent
   */
  offer(slot: Slot, named?: boolean): string;
  find(handle: string): Slot | undefined;
  /** Whether somebody else who fits is as good for this time. */
  isAnybodys(handle: string): boolean;
  /** Everything offered so far, in order. */
  offers(): readonly SlotOffer[];
  /** How often what is known of the offers has changed. */
  changes(): number;
}

/** @param before what was offered earlier in this call, by another bridge: the model still knows it by these handles */
export function createSlotHandles(before: readonly SlotOffer[] = []): SlotHandles {
  const offers = new Map<string, SlotOffer>();
  const handles = new Map<string, string>();
  let changes = 0;
  for (const offer of before) remember(offer);

  function remember(offer: SlotOffer): void {
    handles.set(keyOf(offer.slot), offer.handle);
    offers.set(offer.handle, offer);
  }

  const find = (handle: string) => offers.get(handle.trim().toLowerCase());

  return {
    offer(slot, isNamed) {
      const handle = handles.get(keyOf(slot)) ?? `s${handles.size + 1}`;
      const known = offers.get(handle);
      const named = isNamed ?? known?.named ?? false;
      if (known === undefined || (known.named ?? false) !== named) changes += 1;
      remember({ handle, slot, ...(named ? { named } : {}) });
      return handle;
    },
    find: (handle) => find(handle)?.slot,
    isAnybodys: (handle) => find(handle)?.named !== true,
    offers() {
      return [...offers.values()];
    },
    changes() {
      return changes;
    },
  };
}

function keyOf({ serviceId, resourceId, startsAt }: Slot): string {
  return `${serviceId}/${resourceId}/${Temporal.Instant.from(startsAt).epochMilliseconds}`;
}
