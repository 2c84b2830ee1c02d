/**
 * Which bridges to ask, and in which order. Pure: announcements and `nowMs` come in, a list of candidates comes out.
 *
 * A bridge speaks once a second, so what it said is stale by up to a second; a burst of calls would all go to the one
 * that looked emptiest. Calls this gateway placed since the last announcement are therefore counted on top of it. The
 * bridge has the last word anyway: it refuses when it is full.
 *
 * A bridge that does not answer reservations, loses its calls or is late with everything is ejected for a while: asked
 * only when no other has room, because a doubtful bridge is still better for a caller than none. Asking goes over NATS and
 * calls go over sockets, so that one says nothing about the other: an answered reservation forgives what was asked in
 * vain, a call that was put through forgives what its listener failed to do.
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

interface Trouble {
  readonly failures: number;
  readonly ejections: number;
  readonly ejectedUntilMs: number;
}

interface Known {
  readonly announcement: BridgeAnnouncement;
  readonly heardAtMs: number;
  readonly placedSince: number;
  /** With reservations. */
  readonly asking: Trouble;
  /** With calls, over its own listener. */
  readonly carrying: Trouble;
}
export type Roster = ReadonlyMap<string, Known>;

export const emptyRoster: Roster = new Map();

/** A bridge as it may not be chosen: another process of the same name, restarted elsewhere, is another bridge. */
export interface Bridge {
  readonly podId: string;
  readonly address: string;
}

const NONE: Trouble = { failures: 0, ejections: 0, ejectedUntilMs: Number.NEGATIVE_INFINITY };
const FRESH = { asking: NONE, carrying: NONE };

export function heard(roster: Roster, announcement: BridgeAnnouncement, nowMs: number): Roster {
  const next = new Map([...roster].filter(([, known]) => nowMs - known.heardAtMs <= SILENT_AFTER_MS));
  const before = next.get(announcement.podId);
  const { asking, carrying } = before?.announcement.address === announcement.address ? before : FRESH;
  return next.set(announcement.podId, { announcement, heardAtMs: nowMs, placedSince: 0, asking, carrying });
}

/** This gateway is putting a call on that bridge. */
export function placed(roster: Roster, podId: string): Roster {
  return changed(roster, podId, (known) => ({ ...known, placedSince: known.placedSince + 1 }));
}

/** It answered a reservation; refusing is an answer, too. */
export function answered(roster: Roster, podId: string): Roster {
  return changed(roster, podId, (known) => ({ ...known, asking: NONE }));
}

/** It did not answer a reservation. */
export function failed(roster: Roster, podId: string, nowMs: number): Roster {
  return changed(roster, podId, (known) => ({ ...known, asking: oneMore(known.asking, nowMs) }));
}

/** It accepted a media socket. */
export function reached(roster: Roster, podId: string): Roster {
  return changed(roster, podId, (known) => ({ ...known, carrying: NONE }));
}

/** It could not be reached for a call. */
export function unreachable(roster: Roster, podId: string, nowMs: number): Roster {
  return changed(roster, podId, (known) => ({ ...known, carrying: oneMore(known.carrying, nowMs) }));
}

/** It was found dead while it carried calls: no second failure is waited for. */
export function lost(roster: Roster, podId: string, nowMs: number): Roster {
  return changed(roster, podId, (known) => ({ ...known, carrying: ejected(known.carrying, nowMs) }));
}

function oneMore(trouble: Trouble, nowMs: number): Trouble {
  const failures = trouble.failures + 1;
  return failures < FAILURES_UNTIL_EJECTED ? { ...trouble, failures } : ejected(trouble, nowMs);
}

function ejected({ ejections }: Trouble, nowMs: number): Trouble {
  const forMs = Math.min(EJECTED_FIRST_MS * 2 ** ejections, EJECTED_MOST_MS);
  return { failures: 0, ejections: ejections + 1, ejectedUntilMs: nowMs + forMs };
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

function isDoubtful({ announcement, asking, carrying }: Known, nowMs: number): boolean {
  const ejectedUntilMs = Math.max(asking.ejectedUntilMs, carrying.ejectedUntilMs);
  return nowMs < ejectedUntilMs || announcement.loopLagMs > MAX_LOOP_LAG_MS;
}

function loadOf({ announcement, placedSince }: Known): number {
  return announcement.capacity === 0 ? 1 : (announcement.active + placedSince) / announcement.capacity;
}
