import { z } from 'zod';
import { appointmentHandle, callerProof, confirmationCode } from './proof.ts';
import { defineTool, noSuchAppointment } from './tool.ts';

export const cancelAppointmentTool = defineTool({
  name: 'cancel_appointment',
  description:
    'Cancels an appointment; its time is free for others at once. First find the appointment, say which one it is and have the caller confirm; offer to move it instead, once. It is cancelled only when the answer says so. Say a `late_note` as it is.',
  arguments: z.object({
    appointment: appointmentHandle,
    code: confirmationCode,
    reason: z.string().trim().max(300).optional().describe('Only when the caller gave one. Do not ask for it.'),
  }),
  sideEffecting: true,
  unavailable:
    'The calendar cannot be reached right now, so nothing is cancelled. Say so, and offer that somebody calls back.',
  unanswered:
    'The calendar did not answer in time: it is not known whether the appointment is cancelled. Say that the team will confirm it; do not say that it is cancelled.',
  to: 'cancelAppointment',
  plan({ appointment, code, reason }, scene) {
    const appointmentId = scene.appointments.find(appointment);
    if (appointmentId === undefined) return noSuchAppointment;
    const proof = callerProof(scene, code);
    const body = { appointmentId, proof, ...(reason ? { reason } : {}), speak: scene.language.tag() };
    return { kind: 'ask', request: { to: 'cancelAppointment', body } };
  },
  conclude: (cancelled, scene) => ({
    cancelled: true,
    appointment: scene.appointments.know(cancelled.appointmentId),
    time: cancelled.spoken,
    with: cancelled.resourceName,
    service: cancelled.serviceName,
    ...(cancelled.lateNote === null ? {} : { late_note: cancelled.lateNote }),
    now: scene.now,
  }),
});
