/**
 * What can become of an appointment:
 *
 *     (none) ──hold──▶ held ──confirm──▶ confirmed ──move──▶ confirmed
 *     (none) ──book──────────────────▶ confirmed ──cancel──▶ cancelled
 *                      held ──give up──▶ cancelled ◀──confirm: while the time is free──▶ confirmed
 *                                        confirmed ──no-show──▶ no_show
 *
 * A hold is over when its time says so, whether or not anybody has cleared it away yet. It is still confirmed when
 * nobody has taken the time: the customer does not care how late our clock is.
 */
import type { Appointment, ChangedBy } from './appointment.ts';

export type Step =
  /** The change is to be made. */
  | { readonly go: 'on' }
  /** It was made before: the answer is the same again. */
  | { readonly go: 'already' }
  | { readonly go: 'refused'; readonly code: 'not_found' | 'conflict'; readonly reason: string };

type Standing = Pick<Appointment, 'status' | 'startsAt' | 'endsAt' | 'customer' | 'cancelledBy' | 'callSid'>;

const on: Step = { go: 'on' };
const already: Step = { go: 'already' };
const noSuchHold: Step = { go: 'refused', code: 'not_found', reason: 'there is no such held time' };

/** @param callSid the call it is asked in; undefined for the business, which may confirm any hold */
export function mayConfirm(it: Standing, callSid: string | undefined, now: Temporal.Instant): Step {
  if (!isOfCall(it, callSid)) return noSuchHold;
  if (it.status === 'confirmed') return already;
  const wasHeld = it.status === 'held' || (it.status === 'cancelled' && it.cancelledBy === 'expiry');
  if (!wasHeld) return noSuchHold;
  return isPast(it.startsAt, now) ? conflict('that time has passed') : on;
}

/** Whether it keeps others out: one that is over does not, cleared away or not. */
export function isHeldStill({ status, expiresAt }: Pick<Appointment, 'status' | 'expiresAt'>, now: Temporal.Instant) {
  return status === 'held' && expiresAt !== null && !isPast(expiresAt, now);
}

/** @param callSid as for {@link mayConfirm} */
export function mayRelease(it: Standing, callSid: string | undefined): Step {
  if (!isOfCall(it, callSid)) return noSuchHold;
  if (it.status === 'held') return on;
  if (it.status === 'cancelled' && it.customer === null) return already;
  return conflict('that time is booked and no longer only held');
}

export function mayMove(it: Standing, by: ChangedBy, now: Temporal.Instant): Step {
  if (it.status === 'cancelled') return conflict('that appointment is cancelled');
  return mayChange(it, by, now);
}

export function mayCancel(it: Standing, by: ChangedBy, now: Temporal.Instant): Step {
  if (it.status === 'cancelled' && it.customer !== null) return already;
  return mayChange(it, by, now);
}

export function mayMarkNoShow(it: Standing, now: Temporal.Instant): Step {
  if (it.status === 'no_show') return already;
  if (it.status === 'cancelled') return conflict('that appointment is cancelled');
  if (it.status === 'held') return conflict('that time is only held, not booked');
  return isPast(it.startsAt, now) ? on : conflict('that appointment has not begun');
}

/** Callers change what has not begun; the business also what is going on, such as for a customer who leaves again. */
function mayChange(it: Standing, by: ChangedBy, now: Temporal.Instant): Step {
  // A hold has no code and no name: nobody can have been told of it as an appointment.
  if (it.customer === null) return { go: 'refused', code: 'not_found', reason: 'there is no such appointment' };
  if (it.status === 'no_show') return conflict('that appointment is over');
  return isPast(by === 'caller' ? it.startsAt : it.endsAt, now) ? conflict('that appointment is over') : on;
}

function isOfCall(it: Standing, callSid: string | undefined): boolean {
  return callSid === undefined || it.callSid === callSid;
}

function isPast(time: Temporal.Instant, now: Temporal.Instant): boolean {
  return Temporal.Instant.compare(time, now) <= 0;
}

function conflict(reason: string): Step {
  return { go: 'refused', code: 'conflict', reason };
}
