import { bookSlot } from '@frontdesk/contracts/booking/book-slot';
import { cancelAppointment } from '@frontdesk/contracts/booking/cancel-appointment';
import { findSlots } from '@frontdesk/contracts/booking/find-slots';
import { listServices } from '@frontdesk/contracts/booking/list-services';
import { listUpcoming, type UpcomingAppointment } from '@frontdesk/contracts/booking/list-upcoming';
import { lookUpAppointments } from '@frontdesk/contracts/booking/look-up-appointments';
import { moveAppointment } from '@frontdesk/contracts/booking/move-appointment';
import type { Slot } from '@frontdesk/contracts/booking/slot';
import type { Messaging } from '@frontdesk/messaging';
import type { BookableService } from '../domain/caller-context.ts';
import type { ToolRequests } from '../domain/tools/tool.ts';

export interface Booking {
  findSlots(
    businessId: string,
    request: ToolRequests['findSlots']['request'],
  ): Promise<ToolRequests['findSlots']['reply']>;
  /** @param idempotencyKey the same for every retry of this tool call: it books once */
  bookSlot(
    businessId: string,
    request: ToolRequests['bookSlot']['request'],
    idempotencyKey: string,
  ): Promise<ToolRequests['bookSlot']['reply']>;
  /** The caller's own appointments, as far as they proved who they are. */
  lookUp(
    businessId: string,
    request: ToolRequests['lookUpAppointments']['request'],
  ): Promise<ToolRequests['lookUpAppointments']['reply']>;
  move(
    businessId: string,
    request: ToolRequests['moveAppointment']['request'],
    idempotencyKey: string,
  ): Promise<ToolRequests['moveAppointment']['reply']>;
  cancel(
    businessId: string,
    request: ToolRequests['cancelAppointment']['request'],
    idempotencyKey: string,
  ): Promise<ToolRequests['cancelAppointment']['reply']>;
  services(businessId: string): Promise<readonly BookableService[]>;
  /** @param speak the language in which the times are put into words */
  soonestSlots(businessId: string, speak: string): Promise<readonly Slot[]>;
  /** The next appointments of whoever this number belongs to: only for a caller who is proved. */
  upcoming(businessId: string, phone: string, speak: string): Promise<readonly UpcomingAppointment[]>;
}

const SOONEST = 5;

export function createBooking(messaging: Messaging): Booking {
  return {
    findSlots: (businessId, request) => messaging.request(findSlots, businessId, request),
    bookSlot: (businessId, request, idempotencyKey) =>
      messaging.request(bookSlot, businessId, request, { idempotencyKey }),
    lookUp: (businessId, request) => messaging.request(lookUpAppointments, businessId, request),
    move: (businessId, request, idempotencyKey) =>
      messaging.request(moveAppointment, businessId, request, { idempotencyKey }),
    cancel: (businessId, request, idempotencyKey) =>
      messaging.request(cancelAppointment, businessId, request, { idempotencyKey }),
    services: async (businessId) => (await messaging.request(listServices, businessId, {})).services,
    soonestSlots: async (businessId, speak) =>
      (await messaging.request(findSlots, businessId, { limit: SOONEST, speak })).slots,
    upcoming: async (businessId, phone, speak) =>
      (await messaging.request(listUpcoming, businessId, { phone, speak })).appointments,
  };
}
