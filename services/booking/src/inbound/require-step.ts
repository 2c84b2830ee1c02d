import { WireError } from '@frontdesk/contracts/wire-error';
import type { Appointment } from '../domain/appointment.ts';
import type { Step } from '../domain/life.ts';
import type { Trust } from '../domain/may-change.ts';

/** A code that was said and not taken: it stays counted. */
export class CodeRefused extends WireError {
  constructor(reason: string) {
    super('denied', reason);
  }
}

/** @returns whether the change is still to be made @throws WireError why not */
export function requireStep(step: Step): boolean {
  if (step.go === 'refused') throw new WireError(step.code, step.reason);
  return step.go === 'on';
}

export function requireTrust(trust: Trust): void {
  if (trust.ok) return;
  throw trust.counts ? new CodeRefused(trust.reason) : new WireError('denied', trust.reason);
}

export function requireFound(appointment: Appointment | undefined): Appointment {
  if (!appointment) throw new WireError('not_found', 'there is no such appointment');
  return appointment;
}
