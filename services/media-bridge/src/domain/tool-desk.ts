/**
 * The model's tool calls, from the moment they are complete to their one output. Every call is answered exactly once,
 * whatever it names, whatever its arguments hold, and however often it or its result arrives.
 */
import type { ToolOutcome } from '@frontdesk/contracts/events/call';
import { parseJson } from '@frontdesk/contracts/parse-json';
import { invalidFrom, type WireErrorCode } from '@frontdesk/contracts/wire-error';
import type { CallDecision, ToolResult } from './call-decision.ts';
import { type Known, newlyKnown } from './handles.ts';
import { findTool } from './tools/all-tools.ts';
import { endCallTool } from './tools/end-call.ts';
import type { ToolPlan, ToolRequest, ToolScene } from './tools/tool.ts';
import type { Transcript } from './transcript.ts';

/** More than any conversation needs; a model in a loop goes on without tools. */
export const MAX_TOOL_CALLS = 100;
/** What a model can send: longer arguments are cut in the record, and do not fit any schema. */
const MAX_ARGUMENTS_CHARS = 4_000;

export interface ToolCall {
  responseId: string;
  toolCallId: string;
  name: string;
  arguments: string;
}

export interface ToolDesk {
  /**
   * @returns decisions, whether the model asked to end the call, and whether it has used up its calls: then the answer
   * invites it to nothing, or it would call the next one
   */
  called(call: ToolCall, scene: ToolScene, nowMs: number): Called;
  /** @param spoken whether the model should go on speaking when it has all outputs */
  result(toolCallId: string, result: ToolResult, scene: ToolScene, nowMs: number, spoken: boolean): CallDecision[];
  /** Answers `end_call`, about which the model need not speak. */
  answer(toolCallId: string, output: unknown, nowMs: number): CallDecision[];
  /** Nobody waits any longer: what is still open is written down as failed. */
  abandon(nowMs: number): void;
  /**
   * A call another bridge asked for and did not finish: it is asked again, as it was.
   * @param request undefined when it is not known any more: then nobody can tell whether it was done
   */
  adopt(intent: Adopted, request: ToolRequest | undefined, nowMs: number): CallDecision[];
  /** Gives up the places of calls that another bridge will settle. */
  leave(): void;
  running(): number;
  /** Calls without an answer yet. */
  openCalls(): readonly { toolCallId: string; name: string; arguments: string }[];
}

interface Called {
  decisions: CallDecision[];
  endsCall: boolean;
  usedUp: boolean;
}

export interface Adopted {
  toolCallId: string;
  name: string;
  arguments: string;
  idempotencyKey: string;
}

interface OpenCall {
  name: string;
  arguments: string;
  startedAtMs: number;
}

export function createToolDesk(transcript: Transcript): ToolDesk {
  const open = new Map<string, OpenCall>();
  const seen = new Set<string>();

  function conclude(
    toolCallId: string,
    outcome: ToolOutcome,
    output: unknown,
    nowMs: number,
    spoken: boolean,
    known?: Known,
  ): CallDecision[] {
    const call = open.get(toolCallId);
    if (call === undefined) return [];
    open.delete(toolCallId);
    const text = JSON.stringify(output);
    transcript.finish(toolCallId, {
      kind: 'tool',
      toolCallId,
      name: call.name,
      arguments: call.arguments,
      outcome,
      output: text,
      ...(known ? { known } : {}),
      startedAtMs: call.startedAtMs,
      endedAtMs: nowMs,
    });
    // Several calls under way are answered together, after the last.
    const command = { kind: 'tool_output', toolCallId, output: text, answer: spoken && open.size === 0 } as const;
    return [{ kind: 'engine', command }];
  }

  function decide(call: ToolCall, scene: ToolScene, usedUp: boolean): Decided {
    if (usedUp) return invalid('Too many tool calls in this conversation. Answer without tools.');
    const tool = findTool(call.name);
    if (tool === undefined) return invalid(`There is no tool named ${call.name}.`);
    const args = parseArguments(call.arguments);
    if (args === undefined) return invalid('The arguments are not complete JSON.');
    const parsed = tool.arguments.safeParse(args);
    if (!parsed.success) return invalid(invalidFrom('These arguments', parsed.error).message);
    return { plan: tool.plan(parsed.data, scene), sideEffecting: tool.sideEffecting };
  }

  return {
    called(call, scene, nowMs) {
      if (seen.has(call.toolCallId)) return { decisions: [], endsCall: false, usedUp: false };
      seen.add(call.toolCallId);
      // Hanging up is always possible.
      const usedUp = seen.size > MAX_TOOL_CALLS && call.name !== endCallTool.name;
      const recorded = call.arguments.slice(0, MAX_ARGUMENTS_CHARS);
      open.set(call.toolCallId, { name: call.name.slice(0, 64), arguments: recorded, startedAtMs: nowMs });
      transcript.begin(call.toolCallId);
      const { plan, sideEffecting } = decide(call, scene, usedUp);
      switch (plan.kind) {
        case 'end_call':
          return { decisions: [], endsCall: true, usedUp };
        case 'answer': {
          const decisions = conclude(call.toolCallId, plan.outcome, plan.output, nowMs, !usedUp);
          if (plan.outcome !== 'invalid') return { decisions, endsCall: false, usedUp };
          const measured: CallDecision = { kind: 'measured', measure: { what: 'invalid_tool_call' } };
          return { decisions: [...decisions, measured], endsCall: false, usedUp };
        }
        case 'ask': {
          const { toolCallId, name } = call;
          const { request } = plan;
          const run: CallDecision = { kind: 'run_tool', toolCallId, name, arguments: recorded, sideEffecting, request };
          return { decisions: [run], endsCall: false, usedUp };
        }
        default:
          return plan satisfies never;
      }
    },
    result(toolCallId, result, scene, nowMs, spoken) {
      const call = open.get(toolCallId);
      const tool = call && findTool(call.name);
      if (call === undefined || tool === undefined) return [];
      if (result.ok) {
        const output = tool.conclude(result.reply, scene);
        return conclude(toolCallId, 'ok', output, nowMs, spoken, newlyKnown(scene));
      }
      const { code } = result;
      const outcome = outcomes[code];
      if (outcome === 'refused' || outcome === 'invalid') {
        return conclude(toolCallId, outcome, { error: code, message: result.message }, nowMs, spoken);
      }
      const message = code === 'deadline' ? tool.unanswered : tool.unavailable;
      return [
        ...conclude(toolCallId, outcome, { error: code, message }, nowMs, spoken),
        { kind: 'degraded', reason: 'tool_unavailable', atMs: nowMs },
      ];
    },
    answer: (toolCallId, output, nowMs) => conclude(toolCallId, 'ok', output, nowMs, false),
    abandon(nowMs) {
      for (const toolCallId of [...open.keys()]) {
        conclude(toolCallId, 'failed', { error: 'unavailable', message: 'The call ended first.' }, nowMs, false);
      }
    },
    adopt({ toolCallId, name, arguments: args, idempotencyKey }, request, nowMs) {
      if (seen.has(toolCallId)) return [];
      seen.add(toolCallId);
      open.set(toolCallId, { name, arguments: args, startedAtMs: nowMs });
      transcript.begin(toolCallId);
      const tool = findTool(name);
      if (tool === undefined || request === undefined) {
        const message = tool?.unanswered ?? 'It is not known whether this was done.';
        return conclude(toolCallId, 'deadline', { error: 'deadline', message }, nowMs, true);
      }
      return [{ kind: 'run_tool', toolCallId, name, arguments: args, sideEffecting: false, request, idempotencyKey }];
    },
    leave() {
      for (const toolCallId of open.keys()) transcript.finish(toolCallId);
      open.clear();
    },
    running() {
      return open.size;
    },
    openCalls() {
      return [...open].map(([toolCallId, call]) => ({ toolCallId, name: call.name, arguments: call.arguments }));
    },
  };
}

const outcomes: Record<WireErrorCode, ToolOutcome> = {
  invalid: 'invalid',
  not_found: 'refused',
  conflict: 'refused',
  denied: 'refused',
  unavailable: 'unavailable',
  deadline: 'deadline',
  internal: 'failed',
};

interface Decided {
  plan: ToolPlan;
  sideEffecting: boolean;
}

function invalid(message: string): Decided {
  return { plan: { kind: 'answer', outcome: 'invalid', output: { error: 'invalid', message } }, sideEffecting: false };
}

function parseArguments(text: string): unknown {
  // Some models send nothing at all for a tool without arguments.
  if (text.trim() === '') return {};
  if (text.length > MAX_ARGUMENTS_CHARS) return undefined;
  return parseJson(text);
}
