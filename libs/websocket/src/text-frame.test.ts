// Pins: a frame whose length Twilio reads differently, so that it loses its place in the stream.
import { expect, test } from 'vitest';
import { frameSize } from './frame-size.ts';
import { textFrame, textFrameAround } from './text-frame.ts';

test.each([0, 125, 126, 65_535, 65_536, 200_000])('a text of %i characters', (length) => {
  const text = 'a"{}+/='.repeat(Math.ceil(length / 7)).slice(0, length);
  const frame = textFrame(text);
  expect(frame[0]).toBe(0x81);
  expect(frameSize(frame, 0)).toBe(frame.length);
  expect(frame.subarray(frame.length - length).toString()).toBe(text);
  expect(textFrameAround('{"', text, '"}')).toEqual(textFrame(`{"${text}"}`));
});
