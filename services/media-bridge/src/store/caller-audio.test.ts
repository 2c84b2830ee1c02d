// Pins: a caller whose line goes dead in mid-sentence and is never answered; silence made up for one who only listens; a look
// at a call that is over.
import { createPulse, manualClock } from '@frontdesk/lifecycle';
import { expect, it } from 'vitest';
import type { Ear } from '../domain/voice-engine.ts';
import { CallVoice } from './call-voice.ts';
import { AUDIO_LOOK_EVERY_MS, CallerAudio } from './caller-audio.ts';
import { StreamWatch } from './stream-watch.ts';

const FRAME = Buffer.from(Buffer.alloc(160, 0x55).toString('base64'));

function line() {
  const clock = manualClock();
  const looks = createPulse(clock, AUDIO_LOOK_EVERY_MS);
  const session = {
    ...{ callerSpeaks: false, hearsCaller: true, holdsCaller: false },
    handle: () => [],
    phase: () => 'talking' as const,
  };
  const heardMs: number[] = [];
  const ear: Ear = {
    appendAudio(bytes, from, to) {
      heardMs.push(Buffer.from(bytes.toString('latin1', from, to), 'base64').length / 8);
      return true;
    },
  };
  const voice = new CallVoice({
    session,
    openEngine: () => ({
      capabilities: { truncation: true },
      send: () => undefined,
      ear: () => ear,
      close: () => undefined,
    }),
    onEvent: () => undefined,
    isInDoubt: () => false,
    onDropped: () => undefined,
  });
  voice.open();
  voice.settle();
  const ignored = { isWatched: () => false, ask: () => undefined, onSilent: () => undefined };
  const watch = new StreamWatch({ pulse: createPulse(clock, 500), ...ignored });
  const audio = new CallerAudio({ clock, looks, session, watch, voice });
  audio.frame(FRAME, 0, FRAME.length, 0);
  return { clock, session, heardMs, audio, watch };
}

it('gives a second of silence in the place of what does not come, while the caller speaks and only then', () => {
  const { clock, heardMs } = line();
  clock.advance(5_000);
  expect(heardMs).toEqual([20]);
  const speaking = line();
  speaking.session.callerSpeaks = true;
  speaking.clock.advance(749);
  expect(speaking.heardMs).toEqual([20]);
  speaking.clock.advance(AUDIO_LOOK_EVERY_MS);
  expect(speaking.heardMs).toEqual([20, 1_000]);
});

it('leaves no timer behind', () => {
  const { clock, audio, watch } = line();
  audio[Symbol.dispose]();
  watch[Symbol.dispose]();
  expect(clock.waiting).toBe(0);
});
