// Pins: words said while there is nobody to hear them, lost or heard after those that came later; audio of a call that may be
// another bridge's by now, given to the model; audio that the model did not take and nobody counted.
import { expect, it } from 'vitest';
import { CallVoice } from './call-voice.ts';

function call() {
  const session = {
    ...{ callerSpeaks: false, hearsCaller: true, holdsCaller: false },
    handle: () => [],
    phase: () => 'talking' as const,
  };
  const state = { doubt: false, takes: true, engines: 0, dropped: 0 };
  const heard: string[] = [];
  function openEngine() {
    state.engines += 1;
    const name = state.engines;
    const ear = {
      appendAudio(bytes: Buffer, from: number, to: number) {
        if (state.takes) heard.push(`${name}: ${bytes.toString('latin1', from, to)}`);
        return state.takes;
      },
    };
    return { capabilities: { truncation: true }, send: () => undefined, ear: () => ear, close: () => undefined };
  }
  const voice = new CallVoice({
    ...{ session, openEngine, onEvent: () => undefined },
    isInDoubt: () => state.doubt,
    onDropped() {
      state.dropped += 1;
    },
  });
  voice.open();
  voice.settle();
  const say = (words: string) => voice.hear(Buffer.from(words), 0, words.length);
  return { voice, session, state, heard, say };
}

it('gives the next session first what was said while there was none, and only the last of it', () => {
  const { voice, session, heard, say } = call();
  say('before');
  voice.close();
  Object.assign(session, { hearsCaller: false, holdsCaller: true });
  for (let frame = 0; frame < 102; frame += 1) say(`held ${frame}`);
  voice.open();
  voice.settle();
  say('held 102');
  Object.assign(session, { hearsCaller: true, holdsCaller: false });
  voice.settle();
  say('after');
  expect(heard.slice(0, 2)).toEqual(['1: before', '2: held 3']);
  expect(heard.slice(-2)).toEqual(['2: held 102', '2: after']);
  expect(heard).toHaveLength(102);
});

it('gives nothing to a session that is closed, or not to hear', () => {
  const { voice, session, state, heard, say } = call();
  session.hearsCaller = false;
  voice.settle();
  say('too early');
  session.hearsCaller = true;
  voice.settle();
  voice.close();
  say('too late');
  expect(heard).toEqual([]);
  expect(state.dropped).toBe(0);
});

it('neither gives nor keeps what is said while it is in doubt whose call it is', () => {
  const { voice, session, state, heard, say } = call();
  state.doubt = true;
  voice.settle();
  say('in doubt');
  session.holdsCaller = true;
  say('in doubt, and nobody hears');
  state.doubt = false;
  voice.settle();
  say('after');
  expect(heard).toEqual(['1: after']);
});

it('tells of audio that the model did not take', () => {
  const { state, heard, say } = call();
  state.takes = false;
  say('lost');
  expect(heard).toEqual([]);
  expect(state.dropped).toBe(1);
});
