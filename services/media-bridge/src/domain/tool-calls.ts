/**
 * The model's tool calls in the middle of the conversation: what a tool may know of the call, and whether its answer is
 * to be spoken about. What becomes of each call is decided in `tool-desk.ts`.
 */
import type { CallDecision, ToolResult } from './call-decision.ts';
import type { CallState } from './call-state.ts';
import type { Ending } from './ending.ts';
import { newlyKnown } from './handles.ts';
import { withoutTools } from './instructions.ts';
import { spokenNow } from './spoken-time.ts';
import type { ToolCall } from './tool-desk.ts';
import type { ToolScene } from './tools/tool.ts';

export interface ToolCalls {
  called(toolCall: ToolCall, nowMs: number): void;
  answered(toolCallId: string, result: ToolResult, nowMs: number): void;
  /** Tools answered while this response went on: another one, after it, is to speak about that. */
  answeredDuring(responseId: string): boolean;
  /** What follows from the new state. */
  conclude(): void;
}

export interface ToolCallWords {
  ask(instructions: string): void;
  expectWords(): void;
}

export function createToolCalls(call: CallState, ending: Ending, { ask, expectWords }: ToolCallWords): ToolCalls {
  const { facts, desk, turns, pauses, slots, appointments, language, transcript, goodbye, decide } = call;
  let answeredIn: string | undefined;
  /** The response whose calls were too many. */
  let tooMany: string | undefined;

  function scene(nowMs: number): ToolScene {
    const { callSid, phone, businessNumber, attestation, profile, clock } = facts;
    const now = spokenNow(clock.at(nowMs), profile.timeZone);
    const { callerTrust: trust } = profile;
    const past = transcript.past();
    return { callSid, phone, businessNumber, attestation, trust, slots, appointments, language, past, now };
  }

  /** What a tool answered, the caller waits to hear: from now on, not from when the engine begins to speak of it. */
  function tell(decisions: CallDecision[]): void {
    decide(...decisions);
    if (!decisions.some((each) => each.kind === 'engine' && each.command.kind === 'tool_output' && each.command.answer))
      return;
    expectWords();
    pauses.answered();
    answeredIn = turns.activeResponseId();
  }

  return {
    called(toolCall, nowMs) {
      const { decisions, endsCall, usedUp } = desk.called(toolCall, scene(nowMs), nowMs);
      tell(decisions);
      // However many it asked for at once, the caller hears one answer, and it holds no tool.
      if (usedUp && tooMany !== toolCall.responseId) ask(withoutTools);
      if (usedUp) tooMany = toolCall.responseId;
      if (endsCall) ending.called(toolCall, nowMs);
    },
    answered(toolCallId, result, nowMs) {
      // A goodbye needs no more words; what was learnt is there if the caller takes it back.
      const heard = call.life.phase === 'talking' || call.life.phase === 'reserved';
      const spoken = heard && goodbye.reason() === undefined;
      tell(desk.result(toolCallId, result, scene(nowMs), nowMs, spoken));
    },
    answeredDuring: (responseId) => answeredIn === responseId,
    conclude() {
      const known = newlyKnown(call);
      if (known !== undefined) decide({ kind: 'offered', known });
    },
  };
}
