/**
 * Hanging up without cutting anybody off. The model says goodbye and asks to end the call; the line is put down only
 * when the goodbye has been heard, or when it should long have been. A caller who speaks into a goodbye takes it back.
 */

/** The model gets this long to say goodbye. */
export const GOODBYE_DEADLINE_MS = 15_000;
/** At the end of a call's time the caller may speak for so long before they are told. */
export const SPEAK_OVER_AFTER_MS = 8_000;
/** A goodbye that has been sent should be echoed this soon after its end. */
export const GOODBYE_ECHO_MS = 3_000;

export type GoodbyeReason = 'goodbye' | 'max_length' | 'caller_silent';

type State =
  | { at: 'none' }
  /** `end_call` came in this response, which may still be speaking. */
  | { at: 'called'; reason: GoodbyeReason; responseId: string; toolCallId: string }
  /** The model has been asked to say it: in this response, once that has begun. */
  | { at: 'asked'; reason: GoodbyeReason; responseId?: string }
  /** Said; the caller is hearing it. */
  | { at: 'said'; reason: GoodbyeReason };

export interface Goodbye {
  /** @returns false when another `end_call` is already waiting, so that this one is answered at once */
  called(responseId: string, toolCallId: string): boolean;
  /** The session asked for a goodbye on its own. */
  asked(reason: GoodbyeReason): void;
  /** This response is the goodbye that was asked for, and no other is. */
  begun(responseId: string): void;
  /**
   * A response is over.
   * @returns the tool call to answer now, and whether the model has to be asked to say goodbye first
   */
  responseDone(responseId: string, spoke: boolean): { answer?: string; askToSpeak: boolean; said: boolean };
  /** The caller speaks. @returns whether that took a goodbye back */
  takenBack(): boolean;
  /** The `end_call` that has no answer yet. Answered by whoever ends the goodbye otherwise. */
  waiting(): string | undefined;
  reason(): GoodbyeReason | undefined;
  isSaid(): boolean;
  /** It is being said, or was. */
  isBegun(): boolean;
  isIn(responseId: string): boolean;
  /** Its words are the last at the end of a call's time, and nobody's to interrupt. */
  holdsFloor(): boolean;
}

export function createGoodbye(): Goodbye {
  let state: State = { at: 'none' };
  const isBegun = () => state.at === 'said' || (state.at === 'asked' && state.responseId !== undefined);
  return {
    called(responseId, toolCallId) {
      if (state.at === 'called') return false;
      state = { at: 'called', reason: state.at === 'none' ? 'goodbye' : state.reason, responseId, toolCallId };
      return true;
    },
    asked(reason) {
      state = { at: 'asked', reason };
    },
    begun(responseId) {
      if (state.at === 'asked') state = { ...state, responseId };
    },
    responseDone(responseId, spoke) {
      if (state.at === 'called' && state.responseId === responseId) {
        const { reason, toolCallId } = state;
        state = { at: spoke ? 'said' : 'asked', reason };
        return { answer: toolCallId, askToSpeak: !spoke, said: spoke };
      }
      if (state.at === 'asked' && state.responseId === responseId) {
        const { reason } = state;
        state = { at: spoke ? 'said' : 'asked', reason };
        // The caller, who may not change it, cut it off in the engine.
        return { askToSpeak: !spoke && reason === 'max_length', said: spoke };
      }
      return { askToSpeak: false, said: false };
    },
    takenBack() {
      // The longest a call may last is not the caller's to change.
      if (state.at === 'none' || state.reason === 'max_length') return false;
      state = { at: 'none' };
      return true;
    },
    waiting() {
      return state.at === 'called' ? state.toolCallId : undefined;
    },
    reason() {
      return state.at === 'none' ? undefined : state.reason;
    },
    isSaid() {
      return state.at === 'said';
    },
    isBegun() {
      return isBegun();
    },
    isIn: (responseId) => state.at === 'asked' && state.responseId === responseId,
    holdsFloor() {
      return state.at !== 'none' && state.reason === 'max_length' && isBegun();
    },
  };
}
