import {
  bookAppointmentHttp,
  cancelAppointmentHttp,
  getAppointmentHttp,
  listAppointmentsHttp,
  markNoShowHttp,
  moveAppointmentHttp,
} from '@frontdesk/contracts/http/appointments';
import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';
import { camelCased, snakeCased } from '../domain/snake-case.ts';
import { serveOperation } from './api-operation.ts';

export function serveAppointments(http: FastifyInstance, context: Context): void {
  const { booking } = context;
  serveOperation(http, context, listAppointmentsHttp, async ({ businessId, query }) =>
    snakeCased(await booking.appointments(businessId, camelCased(query))),
  );
  serveOperation(http, context, getAppointmentHttp, async ({ businessId, params }) =>
    snakeCased(await booking.appointment(businessId, params.id)),
  );
  serveOperation(http, context, bookAppointmentHttp, async ({ businessId, body, idempotencyKey }) => ({
    appointment: snakeCased(await booking.book(businessId, camelCased(body), idempotencyKey)),
  }));
  serveOperation(http, context, moveAppointmentHttp, async ({ businessId, params, body, idempotencyKey }) => {
    const request = { appointmentId: params.id, ...camelCased(body) };
    const moved = snakeCased(await booking.move(businessId, request, idempotencyKey));
    const { previous, late, late_note, ...appointment } = moved;
    return { appointment, previous, late, late_note };
  });
  serveOperation(http, context, cancelAppointmentHttp, async ({ businessId, params, body, idempotencyKey }) => {
    const request = { appointmentId: params.id, ...camelCased(body) };
    const { late, late_note, ...appointment } = snakeCased(await booking.cancel(businessId, request, idempotencyKey));
    return { appointment, late, late_note };
  });
  serveOperation(http, context, markNoShowHttp, async ({ businessId, params }) =>
    snakeCased(await booking.markNoShow(businessId, params.id)),
  );
}
