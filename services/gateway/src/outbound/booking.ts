import { bookSlot } from '@frontdesk/contracts/booking/book-slot';
import {
  createCalendarLink,
  listCalendarLinks,
  readCalendar,
  revokeCalendarLink,
} from '@frontdesk/contracts/booking/calendar-links';
import { cancelAppointment } from '@frontdesk/contracts/booking/cancel-appointment';
import { confirmHold } from '@frontdesk/contracts/booking/confirm-hold';
import { findSlots } from '@frontdesk/contracts/booking/find-slots';
import { getAppointment } from '@frontdesk/contracts/booking/get-appointment';
import { getCatalog } from '@frontdesk/contracts/booking/get-catalog';
import { holdSlot } from '@frontdesk/contracts/booking/hold-slot';
import { listAppointments } from '@frontdesk/contracts/booking/list-appointments';
import { markNoShow } from '@frontdesk/contracts/booking/mark-no-show';
import { moveAppointment } from '@frontdesk/contracts/booking/move-appointment';
import { putBookingRules } from '@frontdesk/contracts/booking/put-booking-rules';
import { putResource } from '@frontdesk/contracts/booking/put-resource';
import { putService } from '@frontdesk/contracts/booking/put-service';
import { releaseHold } from '@frontdesk/contracts/booking/release-hold';
import { retire } from '@frontdesk/contracts/booking/retire';
import { NO_BUSINESS } from '@frontdesk/contracts/ids';
import type { RpcContract } from '@frontdesk/contracts/rpc';
import { WireError } from '@frontdesk/contracts/wire-error';
import type { Messaging } from '@frontdesk/messaging';
import type { z } from 'zod';
import { snakeName } from '../domain/snake-case.ts';

/** Asks for the business itself: an API key of it was checked before. */
const proof = { by: 'business' } as const;

type Asked<Contract extends RpcContract> = z.input<Contract['request']>;

export function createBooking(messaging: Messaging) {
  /** A wrong field is named as the management API spells it. */
  async function ask<Request extends z.ZodType, Reply extends z.ZodType>(
    contract: RpcContract<Request, Reply>,
    businessId: string,
    body: z.input<Request>,
    idempotencyKey?: string,
  ): Promise<z.output<Reply>> {
    try {
      // A key a business chose cannot be one a bridge made.
      const once = idempotencyKey === undefined ? {} : { idempotencyKey: `api:${idempotencyKey}` };
      return await messaging.request(contract, businessId, body, once);
    } catch (error) {
      if (!(error instanceof WireError) || error.issues === undefined) throw error;
      const issues = error.issues.map(({ path, message }) => ({ path: snakeName(path), message }));
      throw new WireError(error.code, error.message, { issues, cause: error });
    }
  }

  return {
    catalog: (businessId: string) => ask(getCatalog, businessId, {}),
    putRules: (businessId: string, rules: Asked<typeof putBookingRules>) => ask(putBookingRules, businessId, rules),
    putService: (businessId: string, service: Asked<typeof putService>) => ask(putService, businessId, service),
    putResource: (businessId: string, resource: Asked<typeof putResource>) => ask(putResource, businessId, resource),
    retire: (businessId: string, kind: 'service' | 'resource', id: string) => ask(retire, businessId, { kind, id }),
    slots: (businessId: string, wish: Asked<typeof findSlots>) => ask(findSlots, businessId, wish),
    appointments: (businessId: string, query: Asked<typeof listAppointments>) =>
      ask(listAppointments, businessId, query),
    appointment: (businessId: string, appointmentId: string) => ask(getAppointment, businessId, { appointmentId }),
    /** @param idempotencyKey the same for every try: it is done once */
    book: (businessId: string, request: Asked<typeof bookSlot>, idempotencyKey: string) =>
      ask(bookSlot, businessId, request, idempotencyKey),
    hold: (businessId: string, request: Asked<typeof holdSlot>, idempotencyKey: string) =>
      ask(holdSlot, businessId, request, idempotencyKey),
    confirmHold: (businessId: string, request: Asked<typeof confirmHold>, idempotencyKey: string) =>
      ask(confirmHold, businessId, request, idempotencyKey),
    releaseHold: (businessId: string, appointmentId: string) => ask(releaseHold, businessId, { appointmentId }),
    move: (businessId: string, request: Omit<Asked<typeof moveAppointment>, 'proof'>, idempotencyKey: string) =>
      ask(moveAppointment, businessId, { ...request, proof }, idempotencyKey),
    cancel: (businessId: string, request: Omit<Asked<typeof cancelAppointment>, 'proof'>, idempotencyKey: string) =>
      ask(cancelAppointment, businessId, { ...request, proof }, idempotencyKey),
    markNoShow: (businessId: string, appointmentId: string) => ask(markNoShow, businessId, { appointmentId }),
    calendarLinks: (businessId: string) => ask(listCalendarLinks, businessId, {}),
    createCalendarLink: (businessId: string, target: Asked<typeof createCalendarLink>['target']) =>
      ask(createCalendarLink, businessId, { target }),
    revokeCalendarLink: (businessId: string, linkId: string) => ask(revokeCalendarLink, businessId, { linkId }),
    /** Whose calendar it is follows from the token. Throws WireError `not_found` for one that opens nothing. */
    calendar: (token: string) => ask(readCalendar, NO_BUSINESS, { token }),
  };
}
export type Booking = ReturnType<typeof createBooking>;
