/**
 * `<Gather>` of keys: what is nested plays until the first key; done when enough keys came, at the finishing key, or when
 * nothing more comes for the timeout, which counts from the end of what was played. Without a key the next verb follows.
 */
import { FRAME_MS, SILENCE, SILENT_FRAME, type VoiceFrame } from './frames.ts';
import type { Directive, Leg } from './leg.ts';
import { prepare } from './mouth.ts';
import type { GatherVerb } from './twiml-verbs.ts';

/** Nobody listens to a nested `loop="0"` for longer. */
const MOST_TIMES = 100;

export async function runGather(verb: GatherVerb, leg: Leg): Promise<Directive | undefined> {
  const digits = await gather(verb, leg);
  if (leg.signal.aborted) return undefined;
  if (digits === undefined && !verb.actionOnEmptyResult) return undefined;
  return { kind: 'document', source: { ...verb.action, extra: { Digits: digits ?? '' } } };
}

async function gather(verb: GatherVerb, leg: Leg): Promise<string | undefined> {
  if (leg.signal.aborted) return undefined;
  const { promise, resolve } = Promise.withResolvers<void>();
  let frames: readonly VoiceFrame[] = verb.prompts.flatMap(framesOf);
  let at = 0;
  let quietMs = 0;
  let digits = '';
  let finished = false;
  const party = {
    play() {
      const frame = frames[at];
      if (frame === undefined) {
        quietMs += FRAME_MS;
        if (quietMs >= verb.timeoutMs) resolve();
        return SILENCE;
      }
      at += 1;
      return frame.bytes;
    },
    pressKey(digit: string) {
      frames = [];
      quietMs = 0;
      if (finished) return;
      finished = digit === verb.finishOnKey;
      if (!finished) digits += digit;
      if (finished || digits.length === verb.numDigits) resolve();
    },
  };
  const stop = () => resolve();
  leg.signal.addEventListener('abort', stop, { once: true });
  leg.line.connect(party);
  await promise;
  leg.line.disconnect(party);
  leg.signal.removeEventListener('abort', stop);
  return digits === '' && !finished ? undefined : digits;
}

function framesOf(prompt: GatherVerb['prompts'][number]): VoiceFrame[] {
  if (prompt.kind === 'pause') return Array.from({ length: prompt.ms / FRAME_MS }, () => SILENT_FRAME);
  return Array.from({ length: prompt.times || MOST_TIMES }, () => prepare(prompt.text).frames).flat();
}
