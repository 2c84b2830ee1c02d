import { z } from 'zod';
import { defineTool, noSuchTime } from './tool.ts';

export const bookSlotTool = defineTool({
  name: 'book_slot',
  description:
    'Books one of the offered times, after the caller chose it and confirmed time and name. It is booked only when the answer says so. Say with whom: when the one you offered was just taken, it is somebody else. Say the confirmation code slowly, character by character: it is needed to move or cancel.',
  arguments: z.object({
    slot: z.string().trim().min(1).max(8).describe('The handle of the chosen time, such as s3.'),
    name: z.string().trim().min(1).max(120).describe("The caller's name, as they gave it."),
    note: z.string().trim().max(500).optional().describe('What the appointment is about, when the caller said so.'),
  }),
  sideEffecting: true,
  unavailable:
    'The calendar cannot be reached right now, so nothing is booked. Say so, and offer to take a message instead.',
  unanswered:
    'The calendar did not answer in time: it is not known whether the time is booked. Say that the team will confirm it; do not say that it is booked.',
  to: 'bookSlot',
  plan({ slot: handle, name, note }, scene) {
    const slot = scene.slots.find(handle);
    if (slot === undefined) return noSuchTime;
    const { serviceId, resourceId, startsAt } = slot;
    return {
      kind: 'ask',
      request: {
        to: 'bookSlot',
        body: {
          slot: { serviceId, resourceId, startsAt },
          customer: { name, phone: scene.phone },
          ...(note ? { note } : {}),
          callSid: scene.callSid,
          anyResource: scene.slots.isAnybodys(handle),
          speak: scene.language.tag(),
        },
      },
    };
  },
  conclude: (booked, scene) => ({
    booked: true,
    appointment: scene.appointments.know(booked.appointmentId),
    time: booked.spoken,
    with: booked.resourceName,
    service: booked.serviceName,
    confirmation_code: booked.confirmationCode,
    now: scene.now,
  }),
});
