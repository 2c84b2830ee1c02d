/** Sends a tool's request to the service it names, within a deadline, and never throws. */
import { WireError } from '@frontdesk/contracts/wire-error';
import { DeadlineError, withDeadline } from '@frontdesk/lifecycle';
import type { Logger } from '@frontdesk/observability';
import type { ToolResult } from '../domain/call-decision.ts';
import type { ToolReply, ToolRequest } from '../domain/tools/tool.ts';
import type { Booking } from '../outbound/booking.ts';
import type { BusinessProfile } from '../outbound/business-profile.ts';
import type { CallerProfile } from '../outbound/caller-profile.ts';

export interface ToolServices {
  booking: Booking;
  callerProfile: CallerProfile;
  businessProfile: BusinessProfile;
}

/** What a service is asked: a message for the team is taken by the bridge itself. */
type ServiceRequest = Exclude<ToolRequest, { to: 'takeMessage' }>;

/** A net below the requests' own deadlines: every call is answered to the model, whatever happens. */
const NET_MS = 4_000;

export async function askToolService(
  services: ToolServices,
  log: Logger,
  businessId: string,
  request: ServiceRequest,
  idempotencyKey: string,
): Promise<ToolResult> {
  try {
    const reply = await withDeadline('a tool', NET_MS, send(services, businessId, request, idempotencyKey));
    return { ok: true, reply };
  } catch (error) {
    if (error instanceof WireError) return { ok: false, code: error.code, message: error.message };
    if (error instanceof DeadlineError) return { ok: false, code: 'deadline', message: error.message };
    log.error({ err: error, request: request.to }, 'a tool failed');
    return { ok: false, code: 'internal', message: 'failed' };
  }
}

async function send(
  services: ToolServices,
  businessId: string,
  request: ServiceRequest,
  idempotencyKey: string,
): Promise<ToolReply> {
  switch (request.to) {
    case 'bookSlot':
      return { from: request.to, body: await services.booking.bookSlot(businessId, request.body, idempotencyKey) };
    case 'cancelAppointment':
      return { from: request.to, body: await services.booking.cancel(businessId, request.body, idempotencyKey) };
    case 'findSlots':
      return { from: request.to, body: await services.booking.findSlots(businessId, request.body) };
    case 'lookUpAppointments':
      return { from: request.to, body: await services.booking.lookUp(businessId, request.body) };
    case 'moveAppointment':
      return { from: request.to, body: await services.booking.move(businessId, request.body, idempotencyKey) };
    case 'saveCallerName': {
      const saved = await services.callerProfile.saveCallerName(businessId, request.body, idempotencyKey);
      return { from: request.to, body: saved };
    }
    case 'searchKnowledge':
      return { from: request.to, body: await services.businessProfile.searchKnowledge(businessId, request.body) };
    default:
      return request satisfies never;
  }
}
