/** What a session did, for tests to look at. Bounded: a long session forgets its beginning. */
import type { Refusal } from './refusal.ts';

const MAX_ENTRIES = 500;

export interface SessionRecord {
  id: string;
  model: string;
  openedAt: string;
  endedAt: string | null;
  closeCode: number | null;
  /** As they are now. */
  instructions: string;
  voice: string;
  tools: string[];
  /** The caller's turns: exactly the words that arrived intact, with their place in the audio received. */
  heard: { text: string; startMs: number; endMs: number }[];
  /** The receptionist's items: what was generated, and what is left of it after truncations. */
  said: { itemId: string; text: string; heardText: string; status: string }[];
  toolCalls: { callId: string; name: string; arguments: string; output: string | null }[];
  /** What was refused, in order: errors sent because of a client event. */
  refused: (Refusal & { eventId: string | null })[];
  truncations: { itemId: string; audioEndMs: number }[];
  /** How many of each client event came. */
  received: Record<string, number>;
  responses: { id: string; status: string; reason: string | null }[];
  audioInMs: number;
  audioOutMs: number;
  damagedWords: number;
}

export function newRecord(id: string, model: string): SessionRecord {
  return {
    id,
    model,
    openedAt: new Date().toISOString(),
    endedAt: null,
    closeCode: null,
    instructions: '',
    voice: '',
    tools: [],
    heard: [],
    said: [],
    toolCalls: [],
    refused: [],
    truncations: [],
    received: {},
    responses: [],
    audioInMs: 0,
    audioOutMs: 0,
    damagedWords: 0,
  };
}

export function note<Entry>(list: Entry[], entry: Entry): void {
  list.push(entry);
  if (list.length > MAX_ENTRIES) list.shift();
}
