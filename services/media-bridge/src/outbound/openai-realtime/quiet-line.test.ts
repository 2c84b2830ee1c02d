// Pins: a turn that begins or ends late because audio was held back; audio lost, doubled or out of order.
import { silence } from '@frontdesk/telephony';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { QuietLine } from './quiet-line.ts';

const LOUD = 0x9a;
const FRAME_MS = 20;

function listen() {
  const pieces: Buffer[] = [];
  const line = new QuietLine((base64) => pieces.push(Buffer.from(base64.toString('latin1'), 'base64')));
  let sent = 0;
  /** Numbered, so that order and loss show. */
  const frame = (loud: boolean, ms = FRAME_MS) => {
    const bytes = loud ? new Uint8Array(ms * 8).fill(LOUD) : silence(ms);
    bytes[1] = 0xf0 + (sent % 16);
    sent += 1;
    return Buffer.from(bytes);
  };
  const say = (loud: boolean, ms?: number) => {
    const bytes = frame(loud, ms);
    line.hear(Buffer.from(bytes.toString('base64')));
    return bytes;
  };
  return { line, pieces, say };
}

/** So long quiet that nobody can be about to speak. */
function resting() {
  const call = listen();
  for (let ms = 0; ms <= 500; ms += FRAME_MS) call.say(false);
  call.line.flush();
  call.pieces.length = 0;
  return call;
}

test('a resting line is sent in fifths of a second', () => {
  const { pieces, say } = resting();
  for (let frames = 0; frames < 50; frames += 1) say(false);
  expect(pieces.map((piece) => piece.length)).toEqual(Array.from({ length: 5 }, () => 1_600));
});

test('the first sound goes at once, after what was held', () => {
  const { pieces, say } = resting();
  const quiet = [say(false), say(false)];
  expect(pieces).toEqual([]);
  const sound = say(true);
  expect(pieces).toEqual([Buffer.concat(quiet), sound]);
});

test('between sounds, and for half a second after them, nothing is held', () => {
  const { pieces, say } = resting();
  say(true);
  for (let ms = FRAME_MS; ms <= 500; ms += FRAME_MS) say(false);
  expect(pieces).toHaveLength(26);
  say(false);
  expect(pieces).toHaveLength(26);
});

test('the silence that ends a turn is never held, however long the model takes', () => {
  const { line, pieces, say } = resting();
  say(false);
  line.turn(true);
  expect(pieces).toHaveLength(1);
  for (let frames = 0; frames < 400; frames += 1) say(false);
  expect(pieces).toHaveLength(401);
  line.turn(false);
  say(false);
  expect(pieces).toHaveLength(401);
});

test('a turn that the model has heard to its end leaves a resting line, and a sound after it does not', () => {
  const { line, pieces, say } = resting();
  line.turn(true);
  say(true);
  say(false);
  line.turn(false);
  say(false);
  expect(pieces).toHaveLength(2);
  say(true);
  say(false);
  expect(pieces).toHaveLength(5);
});

test('silence in place of a hole is not held when it is longer than a piece', () => {
  const { pieces, say } = resting();
  const before = say(false);
  const fill = say(false, 1_000);
  expect(pieces).toEqual([before, fill]);
});

test('what is no base64 is passed on for the socket to refuse', () => {
  const sent: string[] = [];
  const line = new QuietLine((base64) => sent.push(base64.toString()));
  const quiet = Buffer.from(silence(FRAME_MS)).toString('base64');
  for (let ms = 0; ms <= 500; ms += FRAME_MS) line.hear(Buffer.from(quiet));
  sent.length = 0;
  const bad = quiet.replace('////', '/"}/');
  line.hear(Buffer.from(bad));
  expect(sent.at(-1)).toBe(bad);
});

test('whatever is heard is sent whole and in order, and at most a fifth of a second of it is held', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('frame' as const), loud: fc.boolean(), ms: fc.constantFrom(1, 19, 20, 30, 250) }),
    fc.record({ kind: fc.constant('rest' as const), frames: fc.integer({ min: 1, max: 60 }) }),
    fc.record({ kind: fc.constant('turn' as const), open: fc.boolean() }),
    fc.record({ kind: fc.constant('flush' as const) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const { line, pieces, say } = listen();
      const heard: Buffer[] = [];
      for (const each of steps) {
        if (each.kind === 'turn') line.turn(each.open);
        else if (each.kind === 'flush') line.flush();
        else if (each.kind === 'rest') for (let n = 0; n < each.frames; n += 1) heard.push(say(false));
        else heard.push(say(each.loud, each.ms));
        const all = Buffer.concat(heard);
        const sent = Buffer.concat(pieces);
        expect(all.subarray(0, sent.length).equals(sent)).toBe(true);
        expect(all.length - sent.length).toBeLessThan(1_600);
        if (each.kind === 'flush' || (each.kind === 'frame' && each.loud)) expect(sent.length).toBe(all.length);
      }
    }),
  );
});
