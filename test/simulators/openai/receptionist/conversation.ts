/** What the simulated receptionist works from, and what it may do: plain data, no protocol. */

export type Entry =
  | { kind: 'said'; by: 'caller' | 'receptionist' | 'system'; text: string }
  | { kind: 'called'; callId: string; name: string; arguments: string }
  | { kind: 'answered'; callId: string; output: string };

export interface Situation {
  /** The session's instructions; of a response that has its own, those. */
  instructions: string;
  /** The instructions of this response alone, when it has any. */
  responseInstructions?: string;
  /** Names of the tools on offer. */
  tools: readonly string[];
  /** Only what was heard: whoever keeps the conversation has removed what was cut off. */
  conversation: readonly Entry[];
}

/** One output item of a response. */
export type Move = { say: string } | { call: string; arguments: Record<string, unknown> };

/** The last entry and everything the caller said since the receptionist last spoke, as one utterance. */
export function lastUtterance(conversation: readonly Entry[]): { text: string; from: number } {
  const from =
    conversation.findLastIndex(
      (entry, at) => entry.kind === 'said' && entry.by === 'receptionist' && !saidMeanwhile(conversation, at),
    ) + 1;
  const words = conversation
    .slice(from)
    .filter((entry) => entry.kind === 'said' && entry.by === 'caller')
    .map((entry) => (entry.kind === 'said' ? entry.text : ''));
  return { text: words.join(' ').trim(), from };
}

/** Said while a tool that has answered since was at work: it took nobody's turn. */
function saidMeanwhile(conversation: readonly Entry[], at: number): boolean {
  return conversation
    .slice(0, at)
    .some(
      (entry) =>
        entry.kind === 'called' &&
        conversation.findIndex((other) => other.kind === 'answered' && other.callId === entry.callId) > at,
    );
}

/** Everything the caller said, turn by turn, from an entry on. */
export function callerTurns(conversation: readonly Entry[], from = 0): string[] {
  return conversation
    .slice(from)
    .flatMap((entry) => (entry.kind === 'said' && entry.by === 'caller' ? [entry.text] : []));
}
