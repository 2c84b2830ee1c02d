/**
 * `<Record>`: a beep, then what the caller says until silence, a key, the limit or the hang-up. Nothing audible means
 * no recording, and the call goes on to the next verb.
 */
import { createSpeechListener, isAudible } from '../speech/speech.ts';
import { rfc2822 } from './call-form.ts';
import { FRAME_MS, toFrames, type VoiceFrame } from './frames.ts';
import type { Directive, Leg } from './leg.ts';
import { playFrames } from './run-verb.ts';
import { newSid } from './sids.ts';
import { TwilioError } from './twiml-error.ts';
import type { RecordVerb } from './twiml-verbs.ts';

/** 300 ms of a tone whose low bits carry no words. */
const BEEP = toFrames(Uint8Array.from({ length: 2400 }, (_, at) => (at % 8 < 4 ? 0x90 : 0x10)));

export async function runRecord(verb: RecordVerb, leg: Leg): Promise<Directive | undefined> {
  if (verb.playBeep) await playFrames(leg, BEEP);
  if (leg.signal.aborted) return undefined;
  const { frames, key } = await listen(verb, leg);
  if (!frames.some((frame) => isAudible(frame.bytes))) return undefined;

  const sid = newSid('RE');
  const durationMs = frames.length * FRAME_MS;
  leg.log.recordings.push({ sid, durationMs, text: wordsIn(frames) });
  const recording = {
    RecordingSid: sid,
    RecordingUrl: `${leg.context.apiUrl()}/2010-04-01/Accounts/${leg.context.accountSid}/Recordings/${sid}`,
    RecordingDuration: String(Math.round(durationMs / 1000)),
  };
  tellRecording(verb, leg, recording);
  if (verb.action === undefined) return undefined;
  const extra = { ...recording, Digits: leg.isEnding() ? 'hangup' : key };
  if (!leg.isEnding()) return { kind: 'document', source: { ...verb.action, extra } };
  // The caller is gone: the action is told, and its answer has nobody to be run for.
  const params = { ...leg.form(), CallStatus: 'completed', ...extra };
  void leg.context.webhooks.send({ ...verb.action, params, faults: leg.faults }).then((answer) => {
    if (!answer.ok) leg.onError(new TwilioError(answer.code, `${answer.text} from record action`));
  });
  return undefined;
}

async function listen(verb: RecordVerb, leg: Leg): Promise<{ frames: VoiceFrame[]; key: string }> {
  const frames: VoiceFrame[] = [];
  const { promise, resolve } = Promise.withResolvers<string>();
  let quietFrames = 0;
  const party = {
    send(frame: VoiceFrame) {
      frames.push(frame);
      quietFrames = isAudible(frame.bytes) ? 0 : quietFrames + 1;
      const silent = verb.timeoutMs > 0 && quietFrames * FRAME_MS >= verb.timeoutMs;
      if (silent || frames.length * FRAME_MS >= verb.maxLengthMs) resolve('');
    },
    pressKey(digit: string) {
      if (verb.finishOnKey.includes(digit)) resolve(digit);
    },
  };
  const stop = () => resolve('');
  leg.signal.addEventListener('abort', stop, { once: true });
  leg.line.connect(party);
  const key = await promise;
  leg.line.disconnect(party);
  leg.signal.removeEventListener('abort', stop);
  return { frames, key };
}

function wordsIn(frames: readonly VoiceFrame[]): string {
  const listener = createSpeechListener();
  return frames
    .flatMap((frame) => listener.push(frame.bytes))
    .map((word) => word.word)
    .join(' ');
}

function tellRecording(verb: RecordVerb, leg: Leg, recording: Record<string, string>): void {
  if (verb.statusCallback === undefined) return;
  const params = {
    AccountSid: leg.context.accountSid,
    CallSid: leg.callSid,
    ...recording,
    RecordingStatus: 'completed',
    RecordingChannels: '1',
    RecordingSource: 'RecordVerb',
    RecordingStartTime: rfc2822(new Date()),
  };
  void leg.context.webhooks.send({ ...verb.statusCallback, params, faults: leg.faults }).then((answer) => {
    if (!answer.ok) leg.onError(new TwilioError(answer.code, `${answer.text} from recording status callback`));
  });
}
