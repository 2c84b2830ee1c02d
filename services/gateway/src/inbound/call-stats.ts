import { callStatsHttp } from '@frontdesk/contracts/http/call-stats';
import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';
import { serveOperation } from './api-operation.ts';

export function serveCallStats(http: FastifyInstance, context: Context): void {
  serveOperation(http, context, callStatsHttp, async ({ businessId, query }) => {
    const stats = await context.transcript.stats(businessId, query.days);
    return {
      period: `${stats.days} days`,
      stats: {
        total_calls: stats.totalCalls,
        inbound_calls: stats.inboundCalls,
        outbound_calls: stats.outboundCalls,
        answered_calls: stats.answeredCalls,
        rejected_calls: stats.rejectedCalls,
        appointments_booked: stats.appointmentsBooked,
        average_duration_seconds: stats.averageDurationSeconds,
        by_hour_utc: stats.byHourUtc,
      },
    };
  });
}
