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
  /** What was offered for the first time since this was last asked, or is for somebody else now. */
  takeNew(): readonly SlotOffer[];
}

/** @param before what was offered earlier in this call, by another bridge: the model still knows it by these handles */
export function createSlotHandles(before: readonly SlotOffer[] = []): SlotHandles {
  const offers = new Map<string, SlotOffer>();
  const handles = new Map<string, string>();
  let last = 0;
  let fresh: SlotOffer[] = [];
  for (const offer of before) remember(offer);

  function remember(offer: SlotOffer): void {
    handles.set(keyOf(offer.slot), offer.handle);
    offers.set(offer.handle, offer);
    // Some of those before may be unknown: what a bridge that died did not write down.
    last = Math.max(last, numberOf(offer.handle));
  }

  const find = (handle: string) => offers.get(handle.trim().toLowerCase());

  return {
    offer(slot, isNamed) {
      const handle = handles.get(keyOf(slot)) ?? `s${last + 1}`;
      const known = offers.get(handle);
      const named = isNamed ?? known?.named ?? false;
      const offer = { handle, slot, ...(named ? { named } : {}) };
      if (known === undefined || (known.named ?? false) !== named) fresh.push(offer);
      remember(offer);
      return handle;
    },
    find: (handle) => find(handle)?.slot,
    isAnybodys: (handle) => find(handle)?.named !== true,
    takeNew() {
      const taken = fresh;
      if (fresh.length > 0) fresh = [];
      return taken;
    },
  };
}

/** The 3 of `s3`, or of any other handle. */
export function numberOf(handle: string): number {
  return Number(handle.slice(1));
}

function keyOf({ serviceId, resourceId, startsAt }: Slot): string {
  return `${serviceId}/${resourceId}/${Temporal.Instant.from(startsAt).epochMilliseconds}`;
}
