/** Learns who calls and what can be booked, side by side, while the telephone still rings. */

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
  const { businessId, phone, attestation, trust } = wanted;
  const parts: [string, () => Promise<Partial<CallContext>>][] = [
    ['services', async () => ({ services: await sources.booking.services(businessId) })],
    ['slots', async () => ({ soonestSlots: await sources.booking.soonestSlots(businessId) })],
  ];
  if (phone !== null) {
    const recognise = async () => sources.callerProfile.recognise(businessId, { phone, attestation, trust });
    parts.push(['caller', async () => ({ caller: await recognise() })]);
  }
  let missing = parts.length;
  await Promise.all(
    parts.map(async ([name, load]) => {
      const part = await load().catch((error: unknown) => {
        const code = error instanceof WireError ? error.code : 'internal';
        log.warn(
          { part: name, code, ...(code === 'internal' ? { err: error } : {}) },
          'part of the context is missing',
        );
        return {};
      });
      missing -= 1;
      onPart(part, missing === 0);
    }),
  );
}
