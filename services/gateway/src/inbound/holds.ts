import { confirmHoldHttp, holdSlotHttp, releaseHoldHttp } from '@frontdesk/contracts/http/holds';
import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';
import { camelCased, snakeCased } from '../domain/snake-case.ts';
import { serveOperation } from './api-operation.ts';

export function serveHolds(http: FastifyInstance, context: Context): void {
  const { booking } = context;
  serveOperation(http, context, holdSlotHttp, async ({ businessId, body, idempotencyKey }) => ({
    appointment: snakeCased(await booking.hold(businessId, camelCased(body), idempotencyKey)),
  }));
  serveOperation(http, context, confirmHoldHttp, async ({ businessId, params, body, idempotencyKey }) => {
    const request = { appointmentId: params.id, ...camelCased(body) };
    return { appointment: snakeCased(await booking.confirmHold(businessId, request, idempotencyKey)) };
  });
  serveOperation(http, context, releaseHoldHttp, ({ businessId, params }) =>
    booking.releaseHold(businessId, params.id),
  );
}
