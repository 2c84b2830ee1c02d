/**
 * Which bridges to ask, and in which order. Pure: announcements and `nowMs` come in, a list of candidates comes out.
 *
 * A bridge speaks once a second, so what it said is stale by up to a second; a burst of calls would all go to the one
 * that looked emptiest. Calls this gateway placed since the last announcement are therefore counted on top of it. The
 * bridge has the last word anyway: it refuses when it is full.
 */
import type { BridgeAnnouncement } from '@frontdesk/contracts/media-bridge/announcement';

/** Three missed announcements: the bridge is gone, or cannot be reached. */
export const SILENT_AFTER_MS = 3_000;
/** How many bridges are asked before the call is given up. */
export const TRIES = 3;

interface Known {
  readonly announcement: BridgeAnnouncement;
  readonly heardAtMs: number;
  readonly placedSince: number;
}
export type Roster = ReadonlyMap<string, Known>;

export const emptyRoster: Roster = new Map();

export function heard(roster: Roster, announcement: BridgeAnnouncement, nowMs: number): Roster {
  const next = new Map([...roster].filter(([, known]) => nowMs - known.heardAtMs <= SILENT_AFTER_MS));
  return next.set(announcement.podId, { announcement, heardAtMs: nowMs, placedSince: 0 });
}

/** This gateway is putting a call on that bridge. */
export function placed(roster: Roster, podId: string): Roster {
  const known = roster.get(podId);
  if (!known) return roster;
  return new Map(roster).set(podId, { ...known, placedSince: known.placedSince + 1 });
}

/** Bridges with room in this pool, the least loaded first, at most TRIES of them. */
export function candidates(roster: Roster, pool: string, nowMs: number): BridgeAnnouncement[] {
  return [...roster.values()]
    .filter(({ announcement, heardAtMs }) => {
      return announcement.pool === pool && announcement.state === 'ready' && nowMs - heardAtMs <= SILENT_AFTER_MS;
    })
    .map((known) => ({ known, load: loadOf(known) }))
    .filter(({ load }) => load < 1)
    .sort((a, b) => a.load - b.load || a.known.announcement.podId.localeCompare(b.known.announcement.podId))
    .slice(0, TRIES)
    .map(({ known }) => known.announcement);
}

function loadOf({ announcement, placedSince }: Known): number {
  return announcement.capacity === 0 ? 1 : (announcement.active + placedSince) / announcement.capacity;
}
