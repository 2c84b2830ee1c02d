import { z } from 'zod';
import { appointmentHandle, callerProof, confirmationCode } from './proof.ts';
import { defineTool, noSuchAppointment, noSuchTime } from './tool.ts';

export const moveAppointmentTool = defineTool({
  name: 'move_appointment',
  description:
    'Moves an appointment to an offered time, in one step; when it fails the old time stays. First find the appointment, find a new time with find_slots (`moving`), say both and have the caller confirm. It is moved only when the answer says so. Say a `late_note` as it is.',
  arguments: z.object({
    appointment: appointmentHandle,
    slot: z.string().trim().min(1).max(8).describe('The handle of the new time, such as s3.'),
    code: confirmationCode,
  }),
  sideEffecting: true,
  unavailable:
    'The calendar cannot be reached right now, so nothing is moved and the old time stays. Say so, and offer that somebody calls back.',
  unanswered:
    'The calendar did not answer in time: it is not known whether the appointment is moved. Say that the team will confirm it; do not say that it is moved.',
  to: 'moveAppointment',
  plan({ appointment, slot: handle, code }, scene) {
    const appointmentId = scene.appointments.find(appointment);
    if (appointmentId === undefined) return noSuchAppointment;
    const slot = scene.slots.find(handle);
    if (slot === undefined) return noSuchTime;
    const { serviceId, resourceId, startsAt } = slot;
    return {
      kind: 'ask',
      request: {
        to: 'moveAppointment',
        body: {
          appointmentId,
          slot: { serviceId, resourceId, startsAt },
          proof: callerProof(scene, code),
          anyResource: scene.slots.isAnybodys(handle),
          speak: scene.language.tag(),
        },
      },
    };
  },
  conclude: (moved, scene) => ({
    moved: true,
    appointment: scene.appointments.know(moved.appointmentId),
    time: moved.spoken,
    with: moved.resourceName,
    service: moved.serviceName,
    previous_time: moved.previous.spoken,
    ...(moved.lateNote === null ? {} : { late_note: moved.lateNote }),
    now: scene.now,
  }),
});
