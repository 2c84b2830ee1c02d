/** Runs a tool of a call: its intent into the record when it changes something, then its request to its service. */
import { withSpan } from '@frontdesk/observability';
import type { Context } from '../context.ts';
import type { CallDecision, ToolResult } from '../domain/call-decision.ts';
import type { CallJournal } from '../outbound/call-record/call-journal.ts';
import { askToolService } from './tool-services.ts';

export type RunTool = Extract<CallDecision, { kind: 'run_tool' }>;

/** @returns what never rejects, and answers within the deadlines of the intent and the request */
export function createToolRunner(
  context: Context,
  { callSid, businessId }: { callSid: string; businessId: string },
  journal: CallJournal,
): (tool: RunTool) => Promise<ToolResult> {
  const { clock, metrics, log } = context;
  return async ({ toolCallId, name, request, sideEffecting, ...tool }) => {
    const idempotencyKey = tool.idempotencyKey ?? `${callSid}:${toolCallId}`;
    const beganMs = clock.monotonicMs();
    const result = await withSpan(`media-bridge tool ${name}`, { 'tool.name': name }, async () => {
      const asked = JSON.stringify(request);
      const intent = { toolCallId, name, arguments: tool.arguments, idempotencyKey, request: asked };
      const kept = !sideEffecting || (await journal.intent({ ...intent, askedAt: clock.now().toString() }));
      // Nobody has to be asked: written down later, it is taken all the same, unless this bridge dies first.
      if (request.to === 'takeMessage') {
        return { ok: true, reply: { from: request.to, body: { message: request.body, recorded: kept } } } as const;
      }
      // Unrecorded, it could be done twice by whoever took the call over.
      if (!kept) return { ok: false, code: 'unavailable', message: 'not recorded' } as const;
      return askToolService(context, log, businessId, request, idempotencyKey);
    });
    const outcome = result.ok ? 'ok' : result.code;
    metrics.toolDuration.observe({ tool: name, outcome }, (clock.monotonicMs() - beganMs) / 1_000);
    log.info({ event: 'tool.called', tool: name, outcome }, 'tool called');
    return result;
  };
}
