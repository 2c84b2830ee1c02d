import {
  createCalendarLinkHttp,
  listCalendarLinksHttp,
  revokeCalendarLinkHttp,
} from '@frontdesk/contracts/http/calendar-links';
import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';
import { calendarUrl } from '../domain/urls.ts';
import { serveOperation } from './api-operation.ts';

export function serveCalendarLinks(http: FastifyInstance, context: Context): void {
  serveOperation(http, context, listCalendarLinksHttp, async ({ businessId }) => {
    const { links } = await context.booking.calendarLinks(businessId);
    return {
      links: links.map(({ linkId, target, createdAt, lastReadAt }) => ({
        link_id: linkId,
        appointment_id: target.kind === 'appointment' ? target.appointmentId : null,
        resource_id: target.kind === 'resource' ? target.resourceId : null,
        created_at: createdAt,
        last_read_at: lastReadAt,
      })),
    };
  });
  serveOperation(http, context, createCalendarLinkHttp, async ({ businessId, body }) => {
    const { linkId, token } = await context.booking.createCalendarLink(businessId, targetOf(body));
    return { link_id: linkId, url: calendarUrl(context.config.publicUrl, token) };
  });
  serveOperation(http, context, revokeCalendarLinkHttp, async ({ businessId, params }) => {
    await context.booking.revokeCalendarLink(businessId, params.id);
    return {};
  });
}

/** The contract lets exactly one of them through. */
function targetOf(body: { appointment_id?: string | undefined; resource_id?: string | undefined }) {
  return body.appointment_id === undefined
    ? ({ kind: 'resource', resourceId: body.resource_id ?? '' } as const)
    : ({ kind: 'appointment', appointmentId: body.appointment_id } as const);
}
