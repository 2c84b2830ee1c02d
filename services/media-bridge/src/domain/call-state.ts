/**
 * What the modules of one call share: the life it is in, the pieces of its conversation, and the decisions made so far.
 * The life is changed where it is lived: `line-life.ts`, `ending.ts`, `hand-over.ts`.
 */
import type { EndReason } from '@frontdesk/contracts/events/call';
import { type AppointmentHandles, createAppointmentHandles } from './appointment-handles.ts';
import type { CallDecision } from './call-decision.ts';
import { type CallerSpeech, createCallerSpeech } from './caller-speech.ts';
import { createDisclosure } from './disclosure.ts';
import { createFarewells, type Farewells } from './farewell.ts';
import { createGoodbye, type Goodbye } from './goodbye.ts';
import { createInterruption, type Interruption } from './interruption.ts';
import { createKeypad, type Keypad } from './keypad.ts';
import { createPauses, type Pauses } from './pauses.ts';
import { createPrewarm, type Prewarm } from './prewarm.ts';
import { createReceptionistSpeech, type ReceptionistSpeech } from './receptionist-speech.ts';
import type { SessionFacts } from './session-facts.ts';
import { createSlotHandles, type SlotHandles } from './slot-handles.ts';
import { createSpokenLanguage, type SpokenLanguage } from './spoken-language.ts';
import { createTokenTotals, type TokenTotals } from './token-totals.ts';
import { createToolDesk, type ToolDesk } from './tool-desk.ts';
import { createTranscript, type Transcript } from './transcript.ts';
import { createTurnTaking, type TurnTaking } from './turn-taking.ts';
import type { EngineCommand } from './voice-engine.ts';

export type Life =
  | { phase: 'reserved' }
  | { phase: 'talking'; startedAtMs: number; spoke: boolean }
  | { phase: 'detached'; startedAtMs: number }
  | { phase: 'closing'; reason: EndReason; startedAtMs: number; endedAtMs: number }
  | { phase: 'ended' };

export interface CallState {
  readonly facts: SessionFacts;
  life: Life;
  readonly transcript: Transcript;
  readonly speech: ReceptionistSpeech;
  readonly caller: CallerSpeech;
  readonly turns: TurnTaking;
  readonly interruption: Interruption;
  readonly keypad: Keypad;
  readonly desk: ToolDesk;
  readonly slots: SlotHandles;
  readonly appointments: AppointmentHandles;
  readonly language: SpokenLanguage;
  readonly prewarm: Prewarm;
  readonly goodbye: Goodbye;
  readonly farewells: Farewells;
  readonly pauses: Pauses;
  readonly tokens: TokenTotals;
  decide(...decisions: CallDecision[]): void;
  /** Says it to the engine, unless there will be none any more. */
  tell(command: EngineCommand): void;
  /** Hands out what is complete of the conversation. */
  handOutEntries(): void;
  /** Takes out what was decided. */
  take(): CallDecision[];
}

export function createCallState(facts: SessionFacts): CallState {
  const { profile, resumed } = facts;
  const transcript = createTranscript(resumed?.entries);
  const slots = createSlotHandles(resumed?.offers);
  const appointments = createAppointmentHandles(resumed?.appointments);
  const prewarm = createPrewarm(facts, slots, appointments, createDisclosure(profile, transcript));
  const farewells = createFarewells(resumed?.entries);
  const tokens = createTokenTotals(resumed?.usage);
  let out: CallDecision[] = [];

  function decide(...decisions: CallDecision[]): void {
    out.push(...decisions);
  }

  return {
    facts,
    life: { phase: 'reserved' },
    transcript,
    speech: createReceptionistSpeech(transcript, profile.agent.turnTaking === 'robust'),
    caller: createCallerSpeech(transcript),
    turns: createTurnTaking(),
    interruption: createInterruption(),
    keypad: createKeypad(transcript),
    desk: createToolDesk(transcript),
    slots,
    appointments,
    language: createSpokenLanguage(profile.agent.languages, resumed?.entries),
    prewarm,
    goodbye: createGoodbye(),
    farewells,
    pauses: createPauses(profile.agent.silenceMs),
    tokens,
    decide,
    tell(command) {
      if (prewarm.state() !== 'lost') decide({ kind: 'engine', command });
    },
    handOutEntries() {
      for (const entry of transcript.take()) {
        if (entry.kind === 'turn') farewells.turn(entry);
        else farewells.tool(entry);
        decide({ kind: 'entry', entry, usage: tokens.total() });
      }
    },
    take() {
      const taken = out;
      out = [];
      return taken;
    },
  };
}
