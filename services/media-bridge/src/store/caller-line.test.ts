// Pins: a receptionist who speaks to nobody, because the line that was found again was taken for the lost one; a caller in
// silence on a line that came after the call was over, or that nobody closed.
import { manualClock } from '@frontdesk/lifecycle';
import { expect, it } from 'vitest';
import type { CallDecision, CallInput } from '../domain/call-decision.ts';
import { createCallLoop } from './call-loop.ts';
import { createCallerLine } from './caller-line.ts';
import type { MediaLine } from './live-state.ts';

function mediaLine() {
  const heard: string[] = [];
  let closed = 0;
  const line: MediaLine = {
    play: (base64) => heard.push(base64),
    mark: () => undefined,
    clear: () => undefined,
    close: () => {
      closed += 1;
    },
  };
  return { line, heard, closed: () => closed };
}

/** Every key pressed is played back, and a lost stream is told of, as the session does. */
function callWithLine() {
  const { promise, resolve: known } = Promise.withResolvers<void>();
  const inputs: string[] = [];
  const loop = createCallLoop({
    clock: manualClock(),
    session: {
      handle(input: CallInput): CallDecision[] {
        inputs.push(input.kind);
        if (input.kind === 'stream_lost') return [{ kind: 'detached' }];
        return input.kind === 'dtmf' ? [{ kind: 'play', base64: input.digit }] : [];
      },
      hearsCaller: true,
      holdsCaller: false,
      callerSpeaks: false,
      phase: () => 'talking',
    },
    carryOut: (decision) => {
      if (decision.kind === 'play') line.current()?.play(decision.base64);
    },
    isWakingUp: () => false,
    onSettled: () => undefined,
    whoseCall: () => promise,
    onFailure: (error) => expect.fail(String(error)),
  });
  const line = createCallerLine({ handle: loop.handle, onStarted: () => undefined });
  const say = (digit: string) => loop.handle({ kind: 'dtmf', digit });
  const believe = async () => {
    known();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { loop, line, say, inputs, believe };
}

it.each([
  ['was lost', true],
  ['is still there', false],
])('speaks to the line that came while nobody knew whose call it is; the one before %s', async (_, noticed) => {
  const { loop, line, say, inputs, believe } = callWithLine();
  const [before, after] = [mediaLine(), mediaLine()];
  line.connect(before.line);
  say('1');
  loop.doubt();
  say('2');
  if (noticed) line.lost();
  line.connect(after.line);
  say('3');
  await believe();
  say('4');
  expect(inputs.filter((kind) => kind !== 'dtmf')).toEqual(['stream_started', 'stream_lost', 'stream_started']);
  expect(before.heard).toEqual(['1', '2']);
  expect(after.heard).toEqual(['3', '4']);
  expect(before.closed()).toBe(noticed ? 0 : 1);
  line.close();
  expect(after.closed()).toBe(1);
});

it('speaks to nobody while the line is lost', () => {
  const { line, say } = callWithLine();
  const before = mediaLine();
  line.connect(before.line);
  line.lost();
  say('1');
  expect(before.heard).toEqual([]);
});

it('closes a line that came while nobody knew, when the call turns out to be another bridge’s', async () => {
  const { loop, line, believe } = callWithLine();
  const late = mediaLine();
  loop.doubt();
  line.connect(late.line);
  loop.stop();
  line.close();
  await believe();
  expect(late.closed()).toBe(1);
});

it('closes a line that comes after the call is over', () => {
  const { line, say, inputs } = callWithLine();
  const late = mediaLine();
  line.close();
  line.connect(late.line);
  say('1');
  expect(late.closed()).toBe(1);
  expect([inputs, late.heard]).toEqual([['dtmf'], []]);
});
