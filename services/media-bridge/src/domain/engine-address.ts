/**
 * Which of the call's commands the engine session of the moment can be told. A session that was replaced took its items
 * and its tool calls with it: what still refers to them is dropped, or is told to the new session as something past.
 * While there is no session, or it is not configured, what cannot wait is dropped, because all of it is restored with the
 * conversation; a session that has not heard how to speak would answer in audio that is noise on the line.
 */
import type { CallDecision } from './call-decision.ts';
import type { EngineCommand, PastItem } from './voice-engine.ts';

export interface OpenToolCall {
  toolCallId: string;
  name: string;
  arguments: string;
}

export interface EngineAddress {
  /** The decisions, with every command to the engine made fit for it. */
  fit(decisions: CallDecision[]): CallDecision[];
  /** A session is gone with these items and tool calls still open. */
  gone(itemIds: readonly string[], calls: readonly OpenToolCall[]): void;
  /** A session is configured. @returns what the caller did while there was none */
  restored(): Noted[];
  /** Whether an answer was wanted while there was no session. */
  answerOwed(): boolean;
}

type Noted = Extract<PastItem, { kind: 'said' }>;

const MAX_HELD_NOTES = 8;

export function createEngineAddress(): EngineAddress {
  const lostItems = new Set<string>();
  const lostCalls = new Map<string, OpenToolCall>();
  let away = true;
  let answerOwed = false;
  let notes: Noted[] = [];

  function withoutSession(command: EngineCommand): EngineCommand[] {
    switch (command.kind) {
      case 'configure':
      case 'update_instructions':
        return [command];
      case 'note':
        if (notes.length < MAX_HELD_NOTES) notes.push({ kind: 'said', by: 'caller', text: command.text });
        answerOwed = true;
        return [];
      case 'respond':
        answerOwed = true;
        return [];
      case 'tool_output':
        lostCalls.delete(command.toolCallId);
        answerOwed ||= command.answer;
        return [];
      default:
        return [];
    }
  }

  function toSession(command: EngineCommand): EngineCommand[] {
    if (command.kind === 'truncate' || command.kind === 'forget') return lostItems.has(command.itemId) ? [] : [command];
    if (command.kind !== 'tool_output') return [command];
    const call = lostCalls.get(command.toolCallId);
    if (call === undefined) return [command];
    lostCalls.delete(command.toolCallId);
    const past: EngineCommand = { kind: 'restore', items: [{ kind: 'tool', ...call, output: command.output }] };
    return command.answer ? [past, { kind: 'respond' }] : [past];
  }

  return {
    fit(decisions) {
      if (!away && lostItems.size === 0 && lostCalls.size === 0) return decisions;
      return decisions.flatMap((decision): CallDecision[] => {
        if (decision.kind !== 'engine') return [decision];
        const commands = away ? withoutSession(decision.command) : toSession(decision.command);
        return commands.map((command) => ({ kind: 'engine', command }));
      });
    },
    gone(itemIds, calls) {
      away = true;
      for (const itemId of itemIds) lostItems.add(itemId);
      for (const call of calls) lostCalls.set(call.toolCallId, call);
    },
    restored() {
      away = false;
      answerOwed = false;
      const held = notes;
      notes = [];
      return held;
    },
    answerOwed() {
      return answerOwed;
    },
  };
}
