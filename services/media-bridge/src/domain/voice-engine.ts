/**
 * The voice side of a call, whatever speaks: a speech-to-speech model or a chain of recogniser, language model and
 * synthesiser. The call session knows only these commands and events; each engine translates them.
 *
 * Audio is base64 of G.711 µ-law, 8000 samples a second, untouched between carrier and engine. Ids (`itemId`,
 * `responseId`, `toolCallId`) are the engine's own and are only given back to it.
 */
import type { AgentProfile } from '@frontdesk/contracts/business-profile/agent-profile';
import type { ToolOffer } from './tools/tool.ts';

export interface VoiceEngine {
  readonly capabilities: EngineCapabilities;
  send(command: EngineCommand): void;
  /** Hears the caller; undefined while there is no session to hear them. It may be another one after each command and event. */
  ear(): Ear | undefined;
  /** Ends the session. No event comes after this. */
  close(): void;
}

/** Kept apart from the commands because it is given something fifty times a second. */
export interface Ear {
  /**
   * Caller audio: its base64 lies in `bytes`, from `from` to `to`.
   * @returns false when it was not taken
   */
  appendAudio(bytes: Buffer, from: number, to: number): boolean;
}

export interface EngineCapabilities {
  /** Forgets on command what the caller did not hear. Full-duplex models cannot. */
  truncation: boolean;
}

export interface SessionSettings {
  instructions: string;
  agent: AgentProfile;
  tools: readonly ToolOffer[];
  /** Names and words the recogniser should expect. */
  vocabulary: readonly string[];
}

export type EngineCommand =
  | { kind: 'configure'; settings: SessionSettings }
  | { kind: 'update_instructions'; instructions: string }
  /**
   * Speak now. With `instructions`, only as they say: they stand in for the session's own, and there is no tool. With
   * `note`, the conversation goes on from it, and everything the session knows and may do counts. Waits while the engine
   * or the caller speaks.
   */
  | { kind: 'respond'; instructions?: string; note?: never; goodbye?: true }
  | { kind: 'respond'; note: string; instructions?: never; goodbye?: never }
  /** What waits to be said waits for the caller no longer. */
  | { kind: 'speak_over' }
  /** Stop generating, also what was asked for a moment ago. */
  | { kind: 'cancel' }
  /** The caller has said it all: answer. Only where the bridge decides that (`turnTaking: robust`). */
  | { kind: 'answer_turn' }
  /** What the caller said is not to be answered. */
  | { kind: 'dismiss_turn' }
  /** The caller heard only this much of the item. */
  | { kind: 'truncate'; itemId: string; contentIndex: number; heardMs: number }
  /** The item is as if it had not been said: the caller heard nothing of it, or it was a noise of theirs. */
  | { kind: 'forget'; itemId: string }
  /** With `answer`, the engine goes on speaking, now or with its answer to the caller's turn under way. */
  | { kind: 'tool_output'; toolCallId: string; output: string; answer: boolean }
  /** Something the caller did without speaking, to be answered. */
  | { kind: 'note'; text: string }
  /** The caller will say no more: recognise what was said so far. */
  | { kind: 'finish_hearing' }
  /** What happened in this call before this session; asks for no answer. */
  | { kind: 'restore'; items: readonly PastItem[] };

/** Something that was said, done or noted before, in the order it happened. */
export type PastItem =
  | { kind: 'said'; by: 'caller' | 'receptionist'; text: string }
  | { kind: 'tool'; toolCallId: string; name: string; arguments: string; output: string }
  | { kind: 'note'; text: string };

export interface TokenUsage {
  inputTokens: number;
  outputTokens: number;
  cachedTokens: number;
  audioInputTokens: number;
  audioOutputTokens: number;
}

export type EngineEvent =
  | { kind: 'connected' }
  | { kind: 'ready' }
  /** `goodbye` when it is what a `respond` with `goodbye` asked for. */
  | { kind: 'response_started'; responseId: string; goodbye?: true }
  | { kind: 'audio'; responseId: string; itemId: string; contentIndex: number; base64: string }
  /** All of the item has been generated. */
  | { kind: 'item_done'; responseId: string; itemId: string }
  | { kind: 'words'; responseId: string; itemId: string; delta: string }
  | { kind: 'words_done'; responseId: string; itemId: string; text: string }
  | { kind: 'tool_call'; responseId: string; toolCallId: string; name: string; arguments: string }
  | {
      kind: 'response_done';
      responseId: string;
      status: ResponseStatus;
      failure?: ResponseFailure;
      usage?: TokenUsage;
    }
  | { kind: 'speech_started'; itemId: string }
  /** `speechMs`: how long the caller spoke, when the engine tells. */
  | { kind: 'speech_stopped'; itemId: string; speechMs?: number }
  | { kind: 'caller_turn'; itemId: string }
  | { kind: 'caller_words'; itemId: string; text: string }
  | { kind: 'caller_unintelligible'; itemId: string }
  /** The engine would not begin what it was asked to say. */
  | { kind: 'refused' }
  /** The session is over. With `final`, another one would be refused, too. */
  | { kind: 'lost'; reason: string; final?: boolean };

export type ResponseStatus = 'completed' | 'cancelled' | 'incomplete' | 'failed';

/** Why a response failed, where that decides what is done: the limit passes with time, the quota does not. */
export type ResponseFailure = 'rate_limited' | 'quota';
