/** What the engine says, brought to the piece of the call it is about. */
import type { Asking } from './asking.ts';
import type { CallState } from './call-state.ts';
import type { CallerTurns } from './caller-turns.ts';
import type { Ending } from './ending.ts';
import type { EngineLife } from './engine-life.ts';
import type { LineLife } from './line-life.ts';
import { CLOCK_MS } from './prewarm.ts';
import type { ToolCalls } from './tool-calls.ts';
import type { EngineEvent } from './voice-engine.ts';

/** An engine that sends these is at work on an answer. */
const PROGRESS: ReadonlySet<EngineEvent['kind']> = new Set([
  'response_started',
  'audio',
  'words',
  'words_done',
  'item_done',
  'tool_call',
  'response_done',
]);

export interface EngineEventSurroundings {
  call: CallState;
  engine: EngineLife;
  asking: Asking;
  callerTurns: CallerTurns;
  tools: ToolCalls;
  line: LineLife;
  ending: Ending;
}

type ResponseDone = Extract<EngineEvent, { kind: 'response_done' }>;

/** @returns what takes in every event of every engine the call has */
export function createEngineEvents(around: EngineEventSurroundings): (event: EngineEvent, nowMs: number) => void {
  const { call, engine, asking, callerTurns, tools, line, ending } = around;
  const { speech, caller, turns, tokens, prewarm, decide } = call;
  const engineAnswersTurns = call.facts.profile.agent.turnTaking === 'server';
  let clockRuns = false;
  let calledToolIn: string | undefined;

  /** Somebody waits for words, and neither these came nor a call that brings some. */
  function saidNothing({ responseId, status }: ResponseDone): boolean {
    if (status === 'cancelled' || !engine.owing() || turns.callerSpeaking()) return false;
    return calledToolIn !== responseId && !speech.spokeIn(responseId);
  }

  function responseDone(event: ResponseDone, nowMs: number): void {
    const { responseId, status, failure } = event;
    turns.responseDone(responseId);
    line.play(speech.responseDone(responseId, nowMs), nowMs);
    if (status === 'failed') {
      asking.refused(nowMs, failure);
      return;
    }
    const isEmpty = saidNothing(event);
    if (!isEmpty) asking.answered();
    engine.responseDone(status === 'completed');
    if (tools.answeredDuring(responseId)) engine.expectWords();
    ending.responseDone(responseId, speech.spokeIn(responseId) && status !== 'cancelled', nowMs);
    if (isEmpty) asking.saidNothing();
  }

  function said(event: EngineEvent, nowMs: number): void {
    switch (event.kind) {
      case 'connected':
        decide(...prewarm.connected(nowMs));
        return;
      case 'ready':
        engine.ready(nowMs);
        if (!clockRuns) decide({ kind: 'set_timer', timer: 'clock', ms: CLOCK_MS });
        clockRuns = true;
        return;
      case 'response_started':
        engine.expectWords();
        if (call.life.phase === 'detached') {
          line.silence(event.responseId, nowMs);
          return;
        }
        if (event.goodbye) call.goodbye.begun(event.responseId);
        callerTurns.responseStarted(event.responseId, nowMs);
        return;
      case 'audio':
        line.play(speech.audio(event, nowMs), nowMs);
        return;
      case 'words':
        speech.words(event.responseId, event.itemId, event.delta);
        return;
      case 'words_done':
        speech.wordsDone(event.responseId, event.itemId, event.text);
        return;
      case 'item_done':
        line.play(speech.itemDone(event.itemId, nowMs), nowMs);
        return;
      case 'tool_call':
        calledToolIn = event.responseId;
        tools.called(event, nowMs);
        return;
      case 'response_done':
        tokens.add(event.usage);
        responseDone(event, nowMs);
        return;
      case 'speech_started':
        callerTurns.speechStarted(event.itemId, nowMs);
        return;
      case 'speech_stopped':
        callerTurns.speechStopped(event.itemId, event.speechMs, nowMs);
        if (engineAnswersTurns) engine.expectWords();
        return;
      case 'caller_turn':
        callerTurns.heardOut(event.itemId, nowMs);
        return;
      case 'caller_words':
        callerTurns.words(event.itemId, event.text, nowMs);
        return;
      case 'caller_unintelligible':
        callerTurns.words(event.itemId, undefined, nowMs);
        return;
      case 'refused':
        asking.refused(nowMs);
        return;
      case 'lost':
        if (call.life.phase === 'closing') noMoreWords(nowMs);
        else engine.lost(nowMs, event.final);
        return;
      default:
        event satisfies never;
    }
  }

  /** The tools do not need the model: what they still do is waited for. */
  function noMoreWords(nowMs: number): void {
    turns.speechStopped(nowMs);
    caller.giveUp(nowMs, true);
  }

  /** After the line is down only what completes the record still counts. */
  function saidLate(event: EngineEvent, nowMs: number): void {
    if (event.kind === 'response_done') tokens.add(event.usage);
    if (event.kind === 'caller_turn') {
      turns.speechStopped(nowMs);
      caller.heardOut(event.itemId, nowMs);
    }
    if (event.kind === 'caller_words' || event.kind === 'caller_unintelligible' || event.kind === 'lost') {
      said(event, nowMs);
    }
  }

  return (event, nowMs) => {
    if (PROGRESS.has(event.kind)) engine.progress(nowMs);
    if (call.life.phase === 'closing') saidLate(event, nowMs);
    else said(event, nowMs);
  };
}
