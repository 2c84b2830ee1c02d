/** What a session needs from outside. */
import type { Behaviour } from '../behaviour.ts';
import type { Faults } from '../faults.ts';
import type { Scripts } from '../script.ts';
import type { Pace } from './response.ts';

/** A server event before it got its `event_id`. */
export type ServerMessage = { type: string } & Record<string, unknown>;

export interface SessionOptions {
  model: string;
  pace: Pace;
  /** From the end of a turn to the first transcription event of it. */
  transcriptionDelayMs: number;
  maxSessionMs: number;
  behaviour(): Behaviour;
  faults: Faults;
  scripts: Scripts;
  send(event: ServerMessage): void;
  close(code: number, reason: string): void;
  /** Ends the connection without a close frame. */
  drop(): void;
}
