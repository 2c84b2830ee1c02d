/** A business as it is seeded into a new stack: plain data in the terms of the contracts that take it. */
import type { putBookingRules } from '@frontdesk/contracts/booking/put-booking-rules';
import type { putResource } from '@frontdesk/contracts/booking/put-resource';
import type { putService } from '@frontdesk/contracts/booking/put-service';
import type { createBusiness } from '@frontdesk/contracts/business-profile/create-business';
import type { putKnowledge } from '@frontdesk/contracts/business-profile/put-knowledge';
import type { z } from 'zod';

export interface Seed {
  /** Without its Twilio account, which is the stack's. */
  business: Omit<z.input<typeof createBusiness.request>, 'twilio'>;
  knowledge: z.input<typeof putKnowledge.request>[];
  /** Without what the business itself says: its zone and its holidays. */
  rules: Omit<z.input<typeof putBookingRules.request>, 'timeZone' | 'closedDates'>;
  services: z.input<typeof putService.request>[];
  /** Services by name: ids exist only when they are stored. */
  resources: (Omit<z.input<typeof putResource.request>, 'serviceIds'> & { services: string[] })[];
}

const MONDAY_TO_FRIDAY = [1, 2, 3, 4, 5];

/** The same opening hours from Monday to Friday. */
export function openOnWeekdays(opens: string, closes: string) {
  return MONDAY_TO_FRIDAY.map((weekday) => ({ weekday, opens, closes }));
}

/** The same working period from Monday to Friday. */
export function workOnWeekdays(from: string, to: string) {
  return MONDAY_TO_FRIDAY.map((weekday) => ({ weekday, from, to }));
}
