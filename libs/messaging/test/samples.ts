/** A reservation as a gateway makes it. */
import { randomBytes } from 'node:crypto';
import type { reserveCall } from '@frontdesk/contracts/media-bridge/reserve-call';
import type { z } from 'zod';

export function reservation(): z.input<typeof reserveCall.request> {
  return {
    businessId: 'b1',
    callSid: `CA${randomBytes(16).toString('hex')}`,
    reservationId: randomBytes(16).toString('hex'),
    pool: 'default',
    direction: 'inbound',
    from: '+13125550142',
    to: '+13125550100',
    attestation: 'A',
    twilioAccountSid: 'AC00000000000000000000000000000000',
    profile: {
      name: 'Sample Plumbing',
      timeZone: 'America/Chicago',
      agent: {},
      openingHours: { weekly: [] },
      updatedAt: '2026-11-21T00:00:00Z',
    },
    line: 0,
  };
}
