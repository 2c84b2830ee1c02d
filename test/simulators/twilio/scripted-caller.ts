/**
 * A person on the line who follows a script: hears 20 ms, says or does something for 20 ms. No clock and no socket:
 * the tick is the time, so what it measures is exact however late the machine runs.
 */
import { containsPhrase, createEar, type Ear, QUIET_MS } from './ear.ts';
import { damaged, FRAME_MS, SILENCE, type VoiceFrame } from './frames.ts';
import { createMouth, prepare } from './mouth.ts';
import type { CallReport } from './report.ts';
import type { CallFaults, ScriptedCaller, Step } from './script.ts';

const STEP_TIMEOUT_MS = 30_000;
/** How long a caller with nothing left to do stays on the line. */
const LAST_WAIT_MS = 60_000;
const DIGIT_EVERY_MS = 200;
/** A sound that pauses this long has ended: longer than any pause within a word or between two. */
const SILENCED_MS = 400;

export interface CallerAct {
  /** What the caller sounds like for these 20 ms; undefined is silence. */
  readonly frame?: VoiceFrame | undefined;
  readonly digit?: string | undefined;
  readonly hangUp?: boolean;
}

export interface Caller {
  /** One tick: hears this frame, acts. */
  step(heard: Uint8Array): CallerAct;
  /** The line is gone; whatever was left to do is not done any more. */
  lineEnded(): void;
  report(): Pick<CallReport, 'said' | 'heard' | 'damagedWords' | 'cutWords' | 'script' | 'digitsSent'> & {
    replyMs: number[];
    interruptionToSilenceMs: number[];
  };
}

const IDLE: CallerAct = {};

export function createScriptedCaller(script: ScriptedCaller, faults: CallFaults): Caller {
  const ear = createEar();
  const mouth = createMouth(faults.corruptFrame === true);
  const hear = faults.corruptFrame ? damagingOnce(ear) : ear.hear;
  for (const step of script.steps) {
    if ('say' in step) prepare(step.say);
    if ('interrupt' in step) prepare(step.interrupt);
  }

  const steps: Step[] = [...script.steps, { waitForHangUp: true, timeoutMs: LAST_WAIT_MS }];
  let index = 0;
  let stepStartMs = 0;
  /** When the caller last did something: the receptionist's answer comes after it. */
  let actedAtMs = 0;
  let digits = '';
  let digitsSent = '';
  let nextDigitAtMs = 0;
  /** How many words had been heard when what this step waits for was not among them. */
  let lookedAt: number | undefined;
  let awaitingReplySinceMs: number | undefined;
  let interruptedAtMs: number | undefined;
  let failure: string | undefined;
  let hungUp = false;
  let lastWords: string | undefined;
  let repeatsLeft = script.repeatsWhenAsked?.atMost ?? 0;
  let repeated = 0;
  let lookedForRequestAt: number | undefined;
  const replyMs: number[] = [];
  const interruptionToSilenceMs: number[] = [];

  function nextStep(): void {
    index += 1;
    lookedAt = undefined;
    stepStartMs = ear.positionMs;
  }

  function measure(): void {
    if (awaitingReplySinceMs !== undefined && ear.soundBegan) {
      const soundStartMs = ear.positionMs - FRAME_MS;
      if (soundStartMs >= awaitingReplySinceMs) {
        replyMs.push(soundStartMs - awaitingReplySinceMs);
        awaitingReplySinceMs = undefined;
      }
    }
    if (
      interruptedAtMs !== undefined &&
      ear.quietMs >= SILENCED_MS &&
      ear.positionMs - interruptedAtMs >= SILENCED_MS
    ) {
      interruptionToSilenceMs.push(Math.max(0, ear.lastSoundEndMs - interruptedAtMs));
      interruptedAtMs = undefined;
    }
  }

  function mayAct(after: Extract<Step, { say: string }>['after']): boolean {
    if (after === undefined) return true;
    if (ear.quietMs < QUIET_MS || ear.lastSoundEndMs <= actedAtMs) return false;
    if (after === 'silence') return true;
    // Nothing was said since the last look.
    if (ear.wordCount === lookedAt) return false;
    lookedAt = ear.wordCount;
    const heard = ear.wordsSince(actedAtMs);
    return after.words.every((phrase) => containsPhrase(heard, phrase));
  }

  /** The receptionist asked for what was said last, and has finished asking. */
  function isAskedAgain(): boolean {
    const { repeatsWhenAsked } = script;
    if (repeatsWhenAsked === undefined || repeatsLeft === 0 || lastWords === undefined) return false;
    if (ear.quietMs < QUIET_MS || ear.lastSoundEndMs <= actedAtMs || ear.wordCount === lookedForRequestAt) return false;
    lookedForRequestAt = ear.wordCount;
    const heard = ear.wordsSince(actedAtMs);
    return repeatsWhenAsked.phrases.some((phrase) => containsPhrase(heard, phrase));
  }

  function sayAgain(text: string): CallerAct {
    repeatsLeft -= 1;
    repeated += 1;
    mouth.start(text, ear.positionMs);
    stepStartMs = ear.positionMs;
    return { frame: mouth.next() };
  }

  function speak(text: string): CallerAct {
    lastWords = text;
    mouth.start(text, ear.positionMs);
    nextStep();
    return { frame: mouth.next() };
  }

  function act(step: Step): CallerAct {
    const waitedMs = ear.positionMs - stepStartMs;
    if ('say' in step && mayAct(step.after)) return speak(step.say);
    if ('interrupt' in step && ear.currentWords >= step.afterWords && ear.lastSoundEndMs > actedAtMs) {
      interruptedAtMs = ear.positionMs;
      return speak(step.interrupt);
    }
    if ('digits' in step && mayAct(step.after)) {
      digits = step.digits;
      nextStep();
      return IDLE;
    }
    if ('waitMs' in step && waitedMs >= step.waitMs) {
      nextStep();
      return IDLE;
    }
    if ('hangUp' in step) {
      nextStep();
      hungUp = true;
      return { hangUp: true };
    }
    const limitMs = 'waitMs' in step ? step.waitMs : (step.timeoutMs ?? STEP_TIMEOUT_MS);
    return waitedMs > limitMs ? giveUp(step) : IDLE;
  }

  function giveUp(step: Step): CallerAct {
    const heard = ear.wordsSince(actedAtMs).join(' ');
    if (index < script.steps.length) {
      failure = `step ${index + 1} (${JSON.stringify(step)}) never came; heard since the last one: "${heard}"`;
    }
    hungUp = true;
    return { hangUp: true };
  }

  function pressKey(): CallerAct {
    if (ear.positionMs < nextDigitAtMs) return IDLE;
    const digit = digits.slice(0, 1);
    digits = digits.slice(1);
    digitsSent += digit;
    nextDigitAtMs = ear.positionMs + DIGIT_EVERY_MS;
    actedAtMs = ear.positionMs;
    stepStartMs = ear.positionMs;
    return { digit };
  }

  function keepSpeaking(): CallerAct {
    const frame = mouth.next();
    if (!mouth.speaking) {
      actedAtMs = mouth.lastWordEndMs;
      awaitingReplySinceMs = mouth.lastWordEndMs;
      stepStartMs = ear.positionMs;
      if (ear.quietMs > 0) ear.endUtterance();
    }
    return { frame };
  }

  return {
    step(heard) {
      hear(heard);
      measure();
      if (hungUp) return IDLE;
      if (mouth.speaking) return keepSpeaking();
      if (digits !== '') return pressKey();
      const step = steps[index];
      const acted = step === undefined ? IDLE : act(step);
      // The same words may be what the next step waits for.
      const idle = acted === IDLE && steps[index] === step;
      return idle && lastWords !== undefined && isAskedAgain() ? sayAgain(lastWords) : acted;
    },
    lineEnded() {
      const waiting = steps[index];
      const finished = index >= script.steps.length || (waiting !== undefined && 'waitForHangUp' in waiting);
      if (finished && !mouth.speaking) index = script.steps.length;
      else failure ??= `the call ended before step ${index + (mouth.speaking ? 0 : 1)} was done`;
      hungUp = true;
    },
    report: () => ({
      said: mouth.said,
      heard: ear.utterances,
      damagedWords: ear.damaged,
      cutWords: ear.cut,
      digitsSent,
      script: {
        done: failure === undefined && index >= script.steps.length,
        steps: index,
        repeated: repeated || undefined,
        failure,
      },
      replyMs,
      interruptionToSilenceMs,
    }),
  };
}

/** The third frame of sound lies within the first word heard; damage it on its way to the ear. */
function damagingOnce(ear: Ear): (frame: Uint8Array) => void {
  let sounds = 0;
  return (frame) => {
    const before = ear.lastSoundEndMs;
    const isThird = sounds === 2 && frame !== SILENCE;
    ear.hear(isThird ? damaged(frame).bytes : frame);
    if (ear.lastSoundEndMs > before) sounds += 1;
  };
}
