/** Drives a call session in tests: a clock of its own, timers that fire, and a model that says what the test wants. */
import { sessionProfile } from '@frontdesk/contracts/business-profile/agent-profile';
import { createCallClock } from './call-clock.ts';
import type { CallDecision, CallInput, TimerName } from './call-decision.ts';
import { createCallSession } from './call-session.ts';
import type { ResumedCall } from './session-facts.ts';
import type { EngineCommand, EngineEvent } from './voice-engine.ts';

export const CALL_SID = 'CA0123456789abcdef0123456789abcdef';
export const CALLER = '+13125550142';
export const SLOT = {
  serviceId: '0d4cbb0e-93f5-4c5f-9b56-3f3e0a0f6a11',
  resourceId: '5b5b5d8f-2f4b-4b1d-8c0e-6d5c7a1e2b33',
  startsAt: '2026-12-03T20:30:00Z',
  endsAt: '2026-12-03T21:30:00Z',
  serviceName: 'Furnace repair',
  resourceName: 'Dana',
  spoken: 'Thursday, December 3 at 2:30 PM',
};

export const profile = sessionProfile.parse({
  name: 'Lakeside Heating',
  timeZone: 'America/Chicago',
  agent: {},
  openingHours: { weekly: [{ weekday: 1, opens: '08:00', closes: '17:00' }] },
  maxCallMs: 600_000,
  updatedAt: '2026-11-01T00:00:00Z',
});

export type Decided<Kind extends CallDecision['kind']> = Extract<CallDecision, { kind: Kind }>;

/** `ms` of audio as the engine sends it. */
export function audioOf(ms: number): string {
  return Buffer.alloc(ms * 8, 0x55).toString('base64');
}

interface Overrides {
  phone?: string | null;
  profile?: typeof profile;
  startsAt?: string;
  sessionLimitMs?: number;
  resumed?: ResumedCall;
}

export function harness(overrides: Overrides = {}) {
  let nowMs = 1_000;
  const clock = createCallClock({
    instant: Temporal.Instant.from(overrides.startsAt ?? '2026-11-23T15:00:00Z'),
    monotonicMs: nowMs,
  });
  const session = createCallSession({
    callSid: CALL_SID,
    phone: overrides.phone === undefined ? CALLER : overrides.phone,
    businessNumber: '+13125550100',
    attestation: 'A',
    profile: overrides.profile ?? profile,
    clock,
    reservedAtMs: nowMs,
    sessionLimitMs: overrides.sessionLimitMs,
    resumed: overrides.resumed,
  });
  const decisions: CallDecision[] = [];
  const timers = new Map<TimerName, number>();

  function receive(input: CallInput): CallDecision[] {
    const decided = session.handle(input, nowMs);
    decisions.push(...decided);
    for (const decision of decided) {
      if (decision.kind === 'set_timer') timers.set(decision.timer, nowMs + decision.ms);
      if (decision.kind === 'cancel_timer') timers.delete(decision.timer);
      if (decision.kind === 'ended' || decision.kind === 'handed_over') timers.clear();
    }
    return decided;
  }

  const engine = (event: EngineEvent) => receive({ kind: 'engine', event });
  let chats = 0;
  /** Goodbyes asked for that the model has said. */
  let goodbyes = 0;

  function isGoodbye(): boolean {
    const asked = decisions.flatMap((decision) => {
      return decision.kind === 'engine' && decision.command.kind === 'respond' ? [decision.command] : [];
    });
    const wanted = asked.filter(({ goodbye }) => goodbye).length > goodbyes && asked.at(-1)?.goodbye === true;
    if (wanted) goodbyes += 1;
    return wanted;
  }

  function say(itemId: string, text: string): void {
    engine({ kind: 'speech_started', itemId });
    engine({ kind: 'speech_stopped', itemId });
    engine({ kind: 'caller_turn', itemId });
    engine({ kind: 'caller_words', itemId, text });
  }

  return {
    session,
    decisions,
    receive,
    engine,
    get nowMs() {
      return nowMs;
    },
    /** Lets time pass, firing the timers that fall due. */
    advance(ms: number): void {
      const untilMs = nowMs + ms;
      for (;;) {
        const due = [...timers].filter(([, atMs]) => atMs <= untilMs).sort((a, b) => a[1] - b[1])[0];
        if (due === undefined) break;
        nowMs = Math.max(nowMs, due[1]);
        timers.delete(due[0]);
        receive({ kind: 'timer', timer: due[0] });
      }
      nowMs = untilMs;
    },
    timers,
    all: <Kind extends CallDecision['kind']>(kind: Kind): Decided<Kind>[] =>
      decisions.filter((decision): decision is Decided<Kind> => decision.kind === kind),
    commands: <Kind extends EngineCommand['kind']>(kind: Kind): Extract<EngineCommand, { kind: Kind }>[] =>
      decisions.flatMap((decision) =>
        decision.kind === 'engine' && isCommand(decision.command, kind) ? [decision.command] : [],
      ),
    turns: () =>
      decisions.flatMap((decision) =>
        decision.kind === 'entry' && decision.entry.kind === 'turn'
          ? [{ role: decision.entry.role, text: decision.entry.text, interrupted: decision.entry.interrupted }]
          : [],
      ),
    /** Reserved, engine ready, stream there: the model may speak. */
    answer(): void {
      receive({ kind: 'reserved' });
      receive({ kind: 'context', context: {}, complete: true });
      engine({ kind: 'connected' });
      engine({ kind: 'ready' });
      receive({ kind: 'stream_started' });
    },
    /** The model generates a whole response of one item at once: the goodbye, when it was asked for one last. */
    speak(responseId: string, text: string, ms: number, itemId = `item_${responseId}`, goodbye = isGoodbye()): void {
      engine({ kind: 'response_started', responseId, ...(goodbye ? { goodbye } : {}) });
      for (const word of text.split(/(?<= )/)) {
        engine({ kind: 'words', responseId, itemId, delta: word });
        engine({ kind: 'audio', responseId, itemId, contentIndex: 0, base64: audioOf(ms / text.split(' ').length) });
      }
      engine({ kind: 'words_done', responseId, itemId, text });
      engine({ kind: 'item_done', responseId, itemId });
      engine({ kind: 'response_done', responseId, status: 'completed' });
    },
    asked: () =>
      decisions.flatMap((decision) =>
        decision.kind === 'engine' && decision.command.kind === 'respond'
          ? [decision.command.instructions ?? decision.command.note ?? '']
          : [],
      ),
    /** Twilio echoes every mark sent so far. */
    echoMarks(): void {
      for (const { name } of decisions.filter((decision) => decision.kind === 'mark')) receive({ kind: 'mark', name });
    },
    /** The caller speaks a whole turn. */
    say,
    /** Both speak in turn, and everything is heard, for so long. */
    chat(ms: number): void {
      const untilMs = nowMs + ms;
      while (nowMs < untilMs) {
        chats += 1;
        say(`chat_${chats}`, 'and what about this');
        this.speak(`chat_r${chats}`, 'Certainly', Math.min(400, untilMs - nowMs));
        this.advance(Math.min(400, untilMs - nowMs));
        this.echoMarks();
        this.advance(Math.min(3_000, untilMs - nowMs));
      }
    },
  };
}

function isCommand<Kind extends EngineCommand['kind']>(
  command: EngineCommand,
  kind: Kind,
): command is Extract<EngineCommand, { kind: Kind }> {
  return command.kind === kind;
}
