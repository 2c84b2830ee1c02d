import { callHistory, type callHistoryEntry } from '@frontdesk/contracts/http/call-history';
import type { CallOverview } from '@frontdesk/contracts/transcript/call-view';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { serveOperation } from './api-operation.ts';

export function serveCallHistory(http: FastifyInstance, context: Context): void {
  serveOperation(http, context, callHistory, async ({ businessId, query }) => {
    const page = await context.transcript.calls(businessId, query);
    return { calls: page.calls.map(toHistoryEntry), next_cursor: page.nextCursor };
  });
}

export function toHistoryEntry(call: CallOverview): z.input<typeof callHistoryEntry> {
  return {
    call_sid: call.callSid,
    direction: call.direction,
    from_number: call.from,
    to_number: call.to,
    status: call.status,
    end_reason: call.endReason,
    started_at: call.startedAt,
    ended_at: call.endedAt,
    duration_seconds: call.durationSeconds,
    summary: call.summary?.summary ?? null,
    intent: call.summary?.intent ?? null,
    outcome: call.summary?.outcome ?? null,
    sentiment: call.summary?.sentiment ?? null,
  };
}
