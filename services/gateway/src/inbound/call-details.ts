import { callDetailsHttp } from '@frontdesk/contracts/http/call-details';
import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';
import { serveOperation } from './api-operation.ts';
import { toHistoryEntry } from './call-history.ts';

export function serveCallDetails(http: FastifyInstance, context: Context): void {
  serveOperation(http, context, callDetailsHttp, async ({ businessId, params }) => {
    const call = await context.transcript.call(businessId, params.call_sid);
    return {
      call: {
        ...toHistoryEntry(call),
        language: call.language,
        topics: call.summary?.topics ?? [],
        follow_ups: call.summary?.followUps ?? [],
        turns: call.turns.map((turn) => ({
          seq: turn.seq,
          role: turn.role,
          text: turn.text,
          started_at: turn.startedAt,
          ended_at: turn.endedAt,
          interrupted: turn.interrupted,
        })),
        tool_calls: call.toolCalls.map((tool) => ({
          seq: tool.seq,
          name: tool.name,
          arguments: tool.arguments,
          outcome: tool.outcome,
          output: tool.output,
          started_at: tool.startedAt,
          duration_ms: tool.durationMs,
        })),
      },
    };
  });
}
