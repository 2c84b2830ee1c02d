/** A tool's request as the call's record keeps it, for whoever has to send it again. */
import { bookSlot } from '@frontdesk/contracts/booking/book-slot';
import { cancelAppointment } from '@frontdesk/contracts/booking/cancel-appointment';
import { findSlots } from '@frontdesk/contracts/booking/find-slots';
import { lookUpAppointments } from '@frontdesk/contracts/booking/look-up-appointments';
import { moveAppointment } from '@frontdesk/contracts/booking/move-appointment';
import { searchKnowledge } from '@frontdesk/contracts/business-profile/search-knowledge';
import { saveCallerName } from '@frontdesk/contracts/caller-profile/save-caller-name';
import { teamNote } from '@frontdesk/contracts/events/message';
import { z } from 'zod';
import type { ToolRequest } from './tool.ts';

const request = z.discriminatedUnion('to', [
  z.object({ to: z.literal('bookSlot'), body: bookSlot.request }),
  z.object({ to: z.literal('cancelAppointment'), body: cancelAppointment.request }),
  z.object({ to: z.literal('findSlots'), body: findSlots.request }),
  z.object({ to: z.literal('lookUpAppointments'), body: lookUpAppointments.request }),
  z.object({ to: z.literal('moveAppointment'), body: moveAppointment.request }),
  z.object({ to: z.literal('saveCallerName'), body: saveCallerName.request }),
  z.object({ to: z.literal('searchKnowledge'), body: searchKnowledge.request }),
  z.object({ to: z.literal('takeMessage'), body: teamNote }),
]);

const recorded = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue('not JSON');
    return z.NEVER;
  }
});

/** @returns undefined when nothing was recorded, or nothing this release knows */
export function recordedRequest(text: string | undefined): ToolRequest | undefined {
  const parsed = recorded.pipe(request).safeParse(text);
  return parsed.success ? parsed.data : undefined;
}
