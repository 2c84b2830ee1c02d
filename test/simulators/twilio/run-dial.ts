/**
 * `<Dial>` of one number: the person who has it is rung, and joined with the caller until either hangs up. The action is
 * told how that went; without one the next verb follows.
 */
import { SILENCE, SILENT_FRAME, type VoiceFrame } from './frames.ts';
import { type Directive, type Leg, pause } from './leg.ts';
import { answerLine } from './line.ts';
import { createScriptedCaller } from './scripted-caller.ts';
import { newSid } from './sids.ts';
import type { DialVerb } from './twiml-verbs.ts';

type DialStatus = 'completed' | 'busy' | 'no-answer';

/**
 * What one line says reaches the other this much later, as in any network. Without it a line that is a few ticks ahead of
 * the other would find nothing to play in the middle of a word.
 */
const DELAY_FRAMES = 15;
/** What is heard later than that is not heard. */
const MOST_FRAMES = 50;

export async function runDial(verb: DialVerb, leg: Leg): Promise<Directive | undefined> {
  const person = leg.context.calleeOf(verb.number);
  const patient = person.ringMs <= verb.timeoutMs;
  await pause(leg, Math.min(person.ringMs, verb.timeoutMs));
  if (leg.signal.aborted) return undefined;
  const status = person.answers === 'answer' ? (patient ? 'completed' : 'no-answer') : person.answers;
  const startedMs = leg.line.positionMs;
  if (status === 'completed') await talk(verb.number, leg);
  else leg.log.dials.push({ number: verb.number, status, said: [], heard: [] });
  if (leg.signal.aborted || verb.action === undefined) return undefined;
  const extra = { DialCallSid: newSid('CA'), DialCallStatus: status satisfies DialStatus };
  const seconds = String(Math.round((leg.line.positionMs - startedMs) / 1000));
  const duration: Record<string, string> = status === 'completed' ? { DialCallDuration: seconds } : {};
  return { kind: 'document', source: { ...verb.action, extra: { ...extra, ...duration } } };
}

async function talk(number: string, leg: Leg): Promise<void> {
  const person = createScriptedCaller(leg.context.calleeOf(number).caller, {});
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = () => resolve();
  using theirs = answerLine(leg.context.pacer, person, stop);
  const [toThem, toUs] = [delayed(), delayed()];
  const party = endOf(toThem, toUs);
  leg.signal.addEventListener('abort', stop, { once: true });
  leg.line.connect(party);
  theirs.connect(endOf(toUs, toThem));
  await promise;
  leg.line.disconnect(party);
  leg.signal.removeEventListener('abort', stop);
  person.lineEnded();
  const { said, heard } = person.report();
  leg.log.dials.push({ number, status: 'completed', said, heard });
}

const delayed = () => Array.from({ length: DELAY_FRAMES }, () => SILENT_FRAME);

/** One end of two lines joined: what is said goes into one queue, what is heard comes from the other. */
function endOf(out: VoiceFrame[], into: VoiceFrame[]) {
  return {
    send(frame: VoiceFrame) {
      out.push(frame);
      if (out.length > MOST_FRAMES) out.shift();
    },
    play: () => into.shift()?.bytes ?? SILENCE,
  };
}
