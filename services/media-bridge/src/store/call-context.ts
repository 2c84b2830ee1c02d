/**
 * Learns who calls and what can be booked, side by side, while the telephone still rings. Only the caller's own next
 * appointments wait for another answer: they are asked for once the number is known to be proved.
 */

import type { CallerTrust } from '@frontdesk/contracts/business-profile/agent-profile';
import type { Attestation } from '@frontdesk/contracts/caller-profile/recognise-caller';
import { WireError } from '@frontdesk/contracts/wire-error';
import type { Logger } from '@frontdesk/observability';
import type { CallContext } from '../domain/caller-context.ts';
import type { Booking } from '../outbound/booking.ts';
import type { CallerProfile } from '../outbound/caller-profile.ts';

export interface ContextWanted {
  businessId: string;
  phone: string | null;
  attestation: Attestation;
  trust: CallerTrust;
  /** What the call begins in: times are put into its words. */
  language: string;
}

/**
 * Reports each part as it comes, the last one with `complete`. What nobody answers stays unknown.
 * @returns when all parts have come; never rejects
 */
export async function loadCallContext(
  sources: { booking: Booking; callerProfile: CallerProfile },
  log: Logger,
  wanted: ContextWanted,
  onPart: (part: Partial<CallContext>, complete: boolean) => void,
): Promise<void> {
  const { businessId, phone, attestation, trust, language } = wanted;
  const { booking, callerProfile } = sources;
  let missing = phone === null ? 2 : 4;

  async function load(name: string, ask: () => Promise<Partial<CallContext>>): Promise<Partial<CallContext>> {
    try {
      return await ask();
    } catch (error) {
      const code = error instanceof WireError ? error.code : 'internal';
      log.warn({ part: name, code, ...(code === 'internal' ? { err: error } : {}) }, 'part of the context is missing');
      return {};
    }
  }

  /** @param parts how many parts this settles */
  function came(part: Partial<CallContext>, parts: number): void {
    missing -= parts;
    onPart(part, missing === 0);
  }

  async function loadCaller(known: string): Promise<void> {
    const request = { phone: known, attestation, trust };
    const part = await load('caller', async () => ({ caller: await callerProfile.recognise(businessId, request) }));
    if (part.caller?.recall !== 'full') return came(part, 2);
    came(part, 1);
    came(await load('upcoming', async () => ({ upcoming: await booking.upcoming(businessId, known, language) })), 1);
  }

  await Promise.all([
    load('services', async () => ({ services: await booking.services(businessId) })).then((part) => came(part, 1)),
    load('slots', async () => ({ soonestSlots: await booking.soonestSlots(businessId, language) })).then((part) =>
      came(part, 1),
    ),
    ...(phone === null ? [] : [loadCaller(phone)]),
  ]);
}
