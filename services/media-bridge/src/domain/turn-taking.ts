/** Whose turn it is: who is speaking, and how long the caller waited for the reply. */
export interface TurnTaking {
  responseStarted(responseId: string): void;
  responseDone(responseId: string): void;
  speechStarted(): void;
  speechStopped(nowMs: number): void;
  /** It was no turn: no reply is awaited. */
  dismissed(): void;
  /** Milliseconds from the end of the caller's turn to this audio, for the first audio after it. */
  replied(nowMs: number): number | undefined;
  /** What the engine is generating. */
  activeResponseId(): string | undefined;
  callerSpeaking(): boolean;
}

export function createTurnTaking(): TurnTaking {
  let activeResponseId: string | undefined;
  let callerSpeaking = false;
  let stoppedAtMs: number | undefined;

  return {
    responseStarted(responseId) {
      activeResponseId = responseId;
    },
    responseDone(responseId) {
      if (activeResponseId === responseId) activeResponseId = undefined;
    },
    speechStarted() {
      callerSpeaking = true;
      stoppedAtMs = undefined;
    },
    speechStopped(nowMs) {
      callerSpeaking = false;
      stoppedAtMs = nowMs;
    },
    dismissed() {
      stoppedAtMs = undefined;
    },
    replied(nowMs) {
      if (stoppedAtMs === undefined) return undefined;
      const ms = nowMs - stoppedAtMs;
      stoppedAtMs = undefined;
      return ms;
    },
    activeResponseId() {
      return activeResponseId;
    },
    callerSpeaking() {
      return callerSpeaking;
    },
  };
}
