/**
 * Which bridges to ask, and in which order. Pure: announcements and `nowMs` come in, a list of candidates comes out.
 *
 * A bridge speaks once a second, so what it said is stale by up to a second; a burst of calls would all go to the one
 * that looked emptiest. Calls this gateway placed since the last announcement are therefore counted on top of it. The
 * bridge has the last word anyway: it refuses when it is full.
 *
 * A bridge that does not answer reservations, loses its calls or is late with everything is ejected for a while: asked
 * only when no other has room, because a doubtful bridge is still better for a caller than none.
 */
import type { BridgeAnnouncement } from '@frontdesk/contracts/media-bridge/announcement';

/** Three missed announcements: the bridge is gone, or cannot be reached. */
export const SILENT_AFTER_MS = 3_000;
/** How many bridges are asked before the call is given up. */
export const TRIES = 3;
/** A bridge whose event loop is this late makes its callers wait; it refuses new ones itself. */
export const MAX_LOOP_LAG_MS = 100;
/** Failures in a row before a bridge is left alone. */
export const FAILURES_UNTIL_EJECTED = 2;
const EJECTED_FIRST_MS = 5_000;
const EJECTED_MOST_MS = 60_000;

interface Known {
  readonly announcement: BridgeAnnouncement;
  readonly heardAtMs: number;
  readonly placedSince: number;
  readonly failures: number;
  readonly ejections: number;
  readonly ejectedUntilMs: number;
}
export type Roster = ReadonlyMap<string, Known>;

export const emptyRoster: Roster = new Map();

/** A bridge as it may not be chosen: another process of the same name, restarted elsewhere, is another bridge. */
export interface Bridge {
  readonly podId: string;
  readonly address: string;
}

const FRESH = { failures: 0, ejections: 0, ejectedUntilMs: Number.NEGATIVE_INFINITY };

export function heard(roster: Roster, announcement: BridgeAnnouncement, nowMs: number): Roster {
  const next = new Map([...roster].filter(([, known]) => nowMs - known.heardAtMs <= SILENT_AFTER_MS));
  const before = next.get(announcement.podId);
  const record = before?.announcement.address === announcement.address ? before : FRESH;
  const { failures, ejections, ejectedUntilMs } = record;
  return next.set(announcement.podId, {
    announcement,
    heardAtMs: nowMs,
    placedSince: 0,
    failures,
    ejections,
    ejectedUntilMs,
  });
}

/** This gateway is putting a call on that bridge. */
export function placed(roster: Roster, podId: string): Roster {
  return changed(roster, podId, (known) => ({ ...known, placedSince: known.placedSince + 1 }));
}

/** It answered; refusing is an answer, too. */
export function answered(roster: Roster, podId: string): Roster {
  return changed(roster, podId, (known) => ({ ...known, ...FRESH }));
}

/** It did not answer a reservation, or could not be reached for a media socket. */
export function failed(roster: Roster, podId: string, nowMs: number): Roster {
  return changed(roster, podId, (known) => {
    const failures = known.failures + 1;
    return failures < FAILURES_UNTIL_EJECTED ? { ...known, failures } : ejected(known, nowMs);
  });
}

/** It was found dead while it carried calls: no second failure is waited for. */
export function lost(roster: Roster, podId: string, nowMs: number): Roster {
  return changed(roster, podId, (known) => ejected(known, nowMs));
}

function ejected(known: Known, nowMs: number): Known {
  const forMs = Math.min(EJECTED_FIRST_MS * 2 ** known.ejections, EJECTED_MOST_MS);
  return { ...known, failures: 0, ejections: known.ejections + 1, ejectedUntilMs: nowMs + forMs };
}

function changed(roster: Roster, podId: string, change: (known: Known) => Known): Roster {
  const known = roster.get(podId);
  return known ? new Map(roster).set(podId, change(known)) : roster;
}

/**
 * Bridges with room in this pool, at most TRIES of them: sound ones first, the least loaded of them first.
 *
 * @param except the dead owner of a call that is being moved
 */
export function candidates(roster: Roster, pool: string, nowMs: number, except?: Bridge): BridgeAnnouncement[] {
  return [...roster.values()]
    .filter((known) => serves(known, pool, nowMs) && !isSame(known.announcement, except))
    .map((known) => ({ known, load: loadOf(known), doubtful: isDoubtful(known, nowMs) ? 1 : 0 }))
    .filter(({ load }) => load < 1)
    .sort(
      (a, b) =>
        a.doubtful - b.doubtful ||
        a.load - b.load ||
        a.known.announcement.podId.localeCompare(b.known.announcement.podId),
    )
    .slice(0, TRIES)
    .map(({ known }) => known.announcement);
}

/** Whether the pool has a bridge at all, though it may be full: worth waiting for. */
export function isServed(roster: Roster, pool: string, nowMs: number): boolean {
  return roster.values().some((known) => serves(known, pool, nowMs));
}

function serves({ announcement, heardAtMs }: Known, pool: string, nowMs: number): boolean {
  return announcement.pool === pool && announcement.state === 'ready' && nowMs - heardAtMs <= SILENT_AFTER_MS;
}

function isSame(announcement: BridgeAnnouncement, bridge: Bridge | undefined): boolean {
  return announcement.podId === bridge?.podId && announcement.address === bridge.address;
}

function isDoubtful({ announcement, ejectedUntilMs }: Known, nowMs: number): boolean {
  return nowMs < ejectedUntilMs || announcement.loopLagMs > MAX_LOOP_LAG_MS;
}

function loadOf({ announcement, placedSince }: Known): number {
  return announcement.capacity === 0 ? 1 : (announcement.active + placedSince) / announcement.capacity;
}
