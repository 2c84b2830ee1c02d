/** A stored conversation in the order it happened: turns and tool calls share one numbering. */
import type { EndReason, ToolOutcome, TurnData } from '@frontdesk/contracts/events/call';

export interface StoredToolCall {
  seq: number;
  name: string;
  arguments: string;
  outcome: ToolOutcome;
  output: string;
  startedAt: string;
  durationMs: number;
}

export interface Conversation {
  startedAt: string;
  endReason: EndReason | null;
  turns: TurnData[];
  toolCalls: StoredToolCall[];
}

export type Entry = { kind: 'turn'; turn: TurnData } | { kind: 'tool'; call: StoredToolCall };

export function entriesInOrder({ turns, toolCalls }: Conversation): Entry[] {
  const entries: (Entry & { seq: number })[] = [
    ...turns.map((turn) => ({ kind: 'turn' as const, seq: turn.seq, turn })),
    ...toolCalls.map((call) => ({ kind: 'tool' as const, seq: call.seq, call })),
  ];
  return entries.sort((a, b) => a.seq - b.seq);
}

/** The caller said nothing and nothing was done for them: there is nothing to ask a model about. */
export function isEmptyConversation({ turns, toolCalls }: Conversation): boolean {
  return toolCalls.length === 0 && !turns.some((turn) => turn.role === 'caller' && turn.text.trim() !== '');
}
