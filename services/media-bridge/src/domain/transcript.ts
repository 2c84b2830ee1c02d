/**
 * The conversation in order. Turns and tool calls take their place when they begin and are finished at any time: the
 * caller's words are recognised late, the receptionist's are complete when they were heard, a tool answers when it can.
 * They leave in the order they began, numbered without a gap, so that whoever holds fewer entries than `count` knows
 * that more are on the way.
 */
import type { ToolOutcome } from '@frontdesk/contracts/events/call';
import type { Known } from './handles.ts';

export interface SpokenTurn {
  kind: 'turn';
  role: 'caller' | 'receptionist';
  text: string;
  startedAtMs: number;
  endedAtMs: number;
  interrupted: boolean;
}

export interface ToolUse {
  kind: 'tool';
  toolCallId: string;
  name: string;
  arguments: string;
  outcome: ToolOutcome;
  output: string;
  /** What its answer tells the model of for the first time. */
  known?: Known;
  startedAtMs: number;
  endedAtMs: number;
}

export type TranscriptEntry = (SpokenTurn | ToolUse) & { seq: number };

export interface Transcript {
  /** Takes the next place. A key that has one keeps it. */
  begin(key: string): void;
  /** Fills the place; without an entry the place is given up (noise, or words nobody heard). */
  finish(key: string, entry?: SpokenTurn | ToolUse): void;
  /** Takes out what is finished and has nothing unfinished before it. */
  take(): TranscriptEntry[];
  isOpen(key: string): boolean;
  /** Everything that is finished, in order, taken or not. */
  past(): readonly (SpokenTurn | ToolUse)[];
  openKeys(): readonly string[];
  /** Entries taken so far. */
  count(): number;
}

/** @param before entries another bridge recorded: they are part of the past, and their numbers are used */
export function createTranscript(before: readonly (SpokenTurn | ToolUse)[] = []): Transcript {
  const taken: (SpokenTurn | ToolUse)[] = [...before];
  let places: { key: string; finished: boolean; entry?: SpokenTurn | ToolUse }[] = [];
  let count = before.length;

  return {
    begin(key) {
      if (!places.some((place) => place.key === key)) places.push({ key, finished: false });
    },
    finish(key, entry) {
      const place = places.find((candidate) => candidate.key === key);
      if (place === undefined || place.finished) return;
      place.finished = true;
      place.entry = entry;
    },
    take() {
      // Asked for after everything that happens in the call.
      if (places[0]?.finished !== true) return [];
      const open = places.findIndex((place) => !place.finished);
      const finished = open === -1 ? places : places.slice(0, open);
      places = open === -1 ? [] : places.slice(open);
      const entries: TranscriptEntry[] = [];
      for (const { entry } of finished) {
        if (entry === undefined) continue;
        entries.push({ ...entry, seq: count });
        taken.push(entry);
        count += 1;
      }
      return entries;
    },
    past: () => [...taken, ...places.flatMap(({ entry }) => entry ?? [])],
    isOpen: (key) => places.some((place) => place.key === key && !place.finished),
    openKeys() {
      return places.filter((place) => !place.finished).map((place) => place.key);
    },
    count() {
      return count;
    },
  };
}
