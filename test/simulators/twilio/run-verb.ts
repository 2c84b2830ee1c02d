/** Runs one verb to its end. */
import { SILENCE, type VoiceFrame } from './frames.ts';
import { type Directive, type Leg, pause } from './leg.ts';
import { prepare } from './mouth.ts';
import { runDial } from './run-dial.ts';
import { runGather } from './run-gather.ts';
import { runRecord } from './run-record.ts';
import { runStream } from './run-stream.ts';
import type { Verb } from './twiml-verbs.ts';

/** Says a text over and over when TwiML asks for `loop="0"`; nobody listens longer. */
const FOREVER = 1_000;

/** What comes next when the verb decides that; undefined for the verb after it. */
export async function runVerb(verb: Verb, leg: Leg): Promise<Directive | undefined> {
  switch (verb.kind) {
    case 'say':
      for (let time = 0; time < (verb.times || FOREVER) && !leg.signal.aborted; time += 1) {
        await playFrames(leg, prepare(verb.text).frames);
      }
      return undefined;
    case 'pause':
      await pause(leg, verb.ms);
      return undefined;
    case 'hangup':
      return { kind: 'end', status: 'completed' };
    // As the first verb it was obeyed before the call was answered; later it only ends it.
    case 'reject':
      return { kind: 'end', status: 'completed' };
    case 'redirect':
      return { kind: 'document', source: { url: verb.url, method: verb.method } };
    case 'gather':
      return runGather(verb, leg);
    case 'dial':
      return runDial(verb, leg);
    case 'record':
      return runRecord(verb, leg);
    case 'stream':
      return runStream(verb, leg);
    default:
      return verb satisfies never;
  }
}

/** Plays frames at the line's pace; returns when the last one was played or the verb must stop. */
export async function playFrames(leg: Leg, frames: readonly VoiceFrame[]): Promise<void> {
  if (leg.signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  let at = 0;
  const party = {
    play() {
      const frame = frames[at];
      at += 1;
      if (at >= frames.length) resolve();
      return frame?.bytes ?? SILENCE;
    },
  };
  const stop = () => resolve();
  leg.signal.addEventListener('abort', stop, { once: true });
  leg.line.connect(party);
  await promise;
  leg.line.disconnect(party);
  leg.signal.removeEventListener('abort', stop);
}
