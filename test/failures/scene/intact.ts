/** What must be true of every call that survived something, whatever it was. */
import { type CloudEvent, eventType } from '@frontdesk/contracts/event';
import { callCompleted, callEnded, callStarted, callToolCalled, callTurn } from '@frontdesk/contracts/events/call';
import { wordsOf } from '@frontdesk/deploy/local/demo/words.ts';
import { expect } from 'vitest';
import type { CallReport } from '../../simulators/twilio/report.ts';
import type { Aftermath } from './scene.ts';
import { conversationOf, longestSilenceMs } from './sound.ts';

export function expectSilenceOfAtMost(ms: number, { report }: { report: Pick<CallReport, 'heard' | 'said'> }): void {
  expect(longestSilenceMs(report), conversationOf(report)).toBeLessThanOrEqual(ms);
}

export function eventsOfType(events: readonly CloudEvent[], contract: Parameters<typeof eventType>[0]): CloudEvent[] {
  return events.filter(({ type }) => type === eventType(contract));
}

/** One conversation: begun once, ended once, every entry there once, nothing between them missing. */
export function expectOneConversation({ events, kept, report }: Aftermath): void {
  expect(eventsOfType(events, callStarted)).toHaveLength(1);
  const ended = eventsOfType(events, callEnded);
  expect(ended).toHaveLength(1);
  expect(eventsOfType(events, callCompleted)).toHaveLength(1);

  const turns = eventsOfType(events, callTurn).map(({ data }) => callTurn.data.parse(data));
  const tools = eventsOfType(events, callToolCalled).map(({ data }) => callToolCalled.data.parse(data));
  const inOrder = (entries: readonly { seq: number }[]) => entries.map(({ seq }) => seq).sort((a, b) => a - b);
  const { entries } = callEnded.data.parse(ended[0]?.data);
  expect(report.script.failure, conversationOf(report)).toBe(undefined);
  const dense = Array.from({ length: entries }, (_, seq) => seq);
  expect(inOrder([...turns, ...tools])).toEqual(dense);
  expect(inOrder([...kept.turns, ...kept.tool_calls])).toEqual(dense);
  expect(new Set(tools.map(({ toolCallId }) => toolCallId)).size).toBe(tools.length);

  const written = turns.filter(({ role }) => role === 'caller').sort((a, b) => a.seq - b.seq);
  expectEverythingWritten(
    written.flatMap(({ text }) => wordsOf(text)),
    report,
  );
}

/**
 * What the caller said, the whole of it and once. What they were asked to say again may be written in part, or not at
 * all: the first time nobody was on the line.
 */
function expectEverythingWritten(written: readonly string[], { said, script: { repeated = 0 } }: CallReport): void {
  const unheard = said.filter(({ text }, index) => repeated > 0 && said[index + 1]?.text === text);
  expect(unheard.length).toBeLessThanOrEqual(repeated);
  const heard = said.filter((utterance) => !unheard.includes(utterance)).flatMap(({ text }) => wordsOf(text));
  if (repeated === 0) {
    expect(written).toEqual(heard);
    return;
  }
  let next = 0;
  for (const word of written) if (word === heard[next]) next += 1;
  expect(next, `${written.join(' ')} holds ${heard.join(' ')}`).toBe(heard.length);
  expect(written.length - heard.length).toBeLessThanOrEqual(unheard.flatMap(({ text }) => wordsOf(text)).length);
}

/** One appointment, made by one tool call that said so; and the telephone network had nothing to complain of. */
export function expectOneBooking({ kept, bookings, report }: Aftermath, customerName: string): void {
  expect(bookings, conversationOf(report)).toMatchObject([{ customerName }]);
  expect(kept.tool_calls.filter(({ name, outcome }) => name === 'book_slot' && outcome === 'ok')).toHaveLength(1);
}
