import { z } from 'zod';
import { callerProof, confirmationCode } from './proof.ts';
import { defineTool } from './tool.ts';

export const lookUpAppointmentsTool = defineTool({
  name: 'look_up_appointments',
  description:
    "Finds the caller's own next appointments, to tell, move or cancel them. Try it without a code first. When the answer asks for the confirmation code, ask the caller for it and call again with it. Never guess a code, and never say one that the caller does not have from you.",
  arguments: z.object({ code: confirmationCode }),
  sideEffecting: false,
  unavailable: 'The calendar cannot be reached right now. Say so, and offer that somebody calls back.',
  to: 'lookUpAppointments',
  plan: ({ code }, scene) => ({
    kind: 'ask',
    request: { to: 'lookUpAppointments', body: { proof: callerProof(scene, code), speak: scene.language.tag() } },
  }),
  conclude: ({ appointments }, scene) => ({
    appointments: appointments.map((appointment) => ({
      appointment: scene.appointments.know(appointment.appointmentId),
      time: appointment.spoken,
      with: appointment.resourceName,
      service: appointment.serviceName,
      needs_code: appointment.needsCode,
    })),
    now: scene.now,
  }),
});
