// Pins: a service or durable name that turns into more than one subject token, and so into somebody else's subject.
import { expect, test } from 'vitest';
import { ackSubjects, deadLetterSubject, inboxPrefix } from './subjects.ts';

test('names become single tokens', () => {
  expect(inboxPrefix('media-bridge')).toBe('_INBOX_media-bridge');
  expect(deadLetterSubject('transcript')).toBe('deadletters.transcript');
  for (const name of ['', 'a.b', '*', '>', 'a b', 'a\n']) {
    expect(() => inboxPrefix(name)).toThrow();
    expect(() => deadLetterSubject(name)).toThrow();
  }
});

test('acknowledgements are named in the form of today’s servers and of later ones', () => {
  expect(ackSubjects('EVENTS', 'biz_b1')).toEqual(['$JS.ACK.EVENTS.biz_b1.>', '$JS.ACK.*.*.EVENTS.biz_b1.>']);
});
