/** Where a live call stands, for the modules that carry it out. */
import type { NextStep } from '@frontdesk/contracts/kv/calls';
import type { CallEnding } from '../domain/call-decision.ts';

/** The caller's end: Twilio's media stream. */
export interface MediaLine {
  play(base64: string): void;
  mark(name: string): void;
  clear(): void;
  close(): void;
}

export interface LiveState {
  /** What Twilio does after the conversation; undefined while it goes on, and when another bridge decides it. */
  next: NextStep | undefined;
  /** It goes on in another bridge, as this one wanted. */
  handedOver: boolean;
  /** What can be said of the call should it fail. */
  known: Omit<CallEnding, 'reason' | 'endedAtMs'>;
}
