/**
 * From the reservation to the greeting: the engine connects while caller and business are being looked up; as soon as
 * both are there, or the engine has waited long enough, it is configured; once configured, it greets. What is learnt
 * later is told to the running session.
 */
import type { AppointmentHandles } from './appointment-handles.ts';
import type { CallDecision } from './call-decision.ts';
import { type CallContext, NOTHING_KNOWN } from './caller-context.ts';
import { dayState } from './day-state.ts';
import type { Disclosure } from './disclosure.ts';
import { greetingInstructions, greetingText, plainGreeting } from './greeting.ts';
import { sessionInstructions } from './instructions.ts';
import type { SessionFacts } from './session-facts.ts';
import type { SlotHandles } from './slot-handles.ts';
import { toolOffersFor } from './tools/all-tools.ts';
import { vocabularyOf } from './vocabulary.ts';

/** The greeting waits this long for what is known about the caller, once the engine is there. */
export const CONTEXT_DELAY_MS = 150;
/** Opening and configuring the engine may take this long, from the reservation. */
export const ENGINE_READY_MS = 15_000;
/** How often the running session is looked at for what it was told about the time. */
export const CLOCK_MS = 60_000;
/** The session is told the time again after this long, and whenever the day changes in between. */
const TIME_TOLD_EVERY_MS = 5 * 60_000;

type State = 'connecting' | 'connected' | 'configuring' | 'ready' | 'lost';

export interface Prewarm {
  reserved(): CallDecision[];
  connected(nowMs: number): CallDecision[];
  contextCame(part: Partial<CallContext>, complete: boolean, nowMs: number): CallDecision[];
  contextOverdue(nowMs: number): CallDecision[];
  /** The caller heard something: the session is told when nothing is to be disclosed any more. */
  heard(nowMs: number): CallDecision[];
  /** Time passed in a running session: it is told when that matters. */
  clockTicked(nowMs: number): CallDecision[];
  /** @returns what to greet with, the first time */
  configured(): { decisions: CallDecision[]; greeting?: string };
  /** What to greet with once more: a disclosure that was not heard is in the instructions. */
  greeting(): string;
  /** Given up: no engine for this call. */
  lost(): void;
  /** The engine is gone and another is being opened. */
  reopened(): CallDecision[];
  context(): CallContext;
  state(): State;
}

export function createPrewarm(
  facts: SessionFacts,
  slots: SlotHandles,
  appointments: AppointmentHandles,
  disclosure: Disclosure,
): Prewarm {
  const { profile, clock, phone } = facts;
  let state: State = 'connecting';
  let context: CallContext = NOTHING_KNOWN;
  let complete = false;
  let told: { atMs: number; day: string; owed?: string } = { atMs: 0, day: '' };

  function instructions(nowMs: number): string {
    const owed = disclosure.owed();
    told = { atMs: nowMs, day: dayState(profile, clock.at(nowMs)), ...(owed === undefined ? {} : { owed }) };
    const now = clock.at(nowMs);
    return sessionInstructions({ profile, context, slots, appointments, now, phoneKnown: phone !== null, owed });
  }

  function update(nowMs: number): CallDecision[] {
    return [{ kind: 'engine', command: { kind: 'update_instructions', instructions: instructions(nowMs) } }];
  }

  function configure(nowMs: number): CallDecision[] {
    state = 'configuring';
    const settings = {
      instructions: instructions(nowMs),
      agent: profile.agent,
      tools: toolOffersFor(profile.agent.languages),
      vocabulary: vocabularyOf(profile, context),
    };
    return [
      { kind: 'cancel_timer', timer: 'context' },
      { kind: 'engine', command: { kind: 'configure', settings } },
    ];
  }

  return {
    reserved: () => [{ kind: 'set_timer', timer: 'engine_ready', ms: ENGINE_READY_MS }],
    connected(nowMs) {
      if (state !== 'connecting') return [];
      state = 'connected';
      return complete ? configure(nowMs) : [{ kind: 'set_timer', timer: 'context', ms: CONTEXT_DELAY_MS }];
    },
    contextCame(part, isComplete, nowMs) {
      context = { ...context, ...part };
      complete = isComplete;
      if (!complete) return [];
      if (state === 'connected') return configure(nowMs);
      if (state !== 'configuring' && state !== 'ready') return [];
      // The greeting did not wait for it; the rest of the conversation knows.
      return update(nowMs);
    },
    clockTicked(nowMs) {
      if (state !== 'ready') return [];
      const isOld = nowMs - told.atMs >= TIME_TOLD_EVERY_MS;
      if (!isOld && dayState(profile, clock.at(nowMs)) === told.day) return [];
      return update(nowMs);
    },
    heard(nowMs) {
      if (state !== 'ready' || told.owed === undefined || disclosure.owed() !== undefined) return [];
      return update(nowMs);
    },
    contextOverdue: (nowMs) => (state === 'connected' ? configure(nowMs) : []),
    configured() {
      if (state !== 'configuring') return { decisions: [] };
      state = 'ready';
      return {
        decisions: [{ kind: 'cancel_timer', timer: 'engine_ready' }],
        greeting: greetingInstructions(greetingText(profile, context.caller)),
      };
    },
    greeting: () => plainGreeting(profile, context.caller),
    lost() {
      state = 'lost';
    },
    reopened() {
      state = 'connecting';
      return [{ kind: 'cancel_timer', timer: 'context' }];
    },
    context() {
      return context;
    },
    state() {
      return state;
    },
  };
}
