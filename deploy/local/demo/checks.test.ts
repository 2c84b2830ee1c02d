// Pins: a demo that passes although something is wrong. One good call; then one thing at a time is spoilt.
import { type CloudEvent, toCloudEvent } from '@frontdesk/contracts/event';
import { appointmentBooked } from '@frontdesk/contracts/events/appointment';
import {
  callCompleted,
  callEnded,
  callStarted,
  callSummarized,
  callToolCalled,
  callTurn,
} from '@frontdesk/contracts/events/call';
import { expect, test } from 'vitest';
import { judgeCall } from './checks.ts';
import type { CallEvidence, KeptCall } from './evidence.ts';

const at = '2026-03-04T15:00:00Z';
const callSid = `CA${'1'.repeat(32)}`;
const businessId = 'b1';
const from = '+17735550150';
const to = '+13125550142';
const ids = {
  appointmentId: '6d2f10d5-e0f0-4863-a621-f10fe5f27029',
  serviceId: '6d2f10d5-e0f0-4863-a621-f10fe5f27030',
  resourceId: '6d2f10d5-e0f0-4863-a621-f10fe5f27031',
};

const lines = [
  { role: 'receptionist', text: 'Hi, how can I help you?', interrupted: false },
  { role: 'caller', text: 'My name is Ines Hollin. What does it cost?', interrupted: false },
  { role: 'receptionist', text: 'It costs 9 dollars. Parts are', interrupted: true },
  { role: 'caller', text: 'Please book it.', interrupted: false },
  { role: 'receptionist', text: 'Your code is K7. Goodbye!', interrupted: false },
] as const;

const toolNames = ['search_knowledge', 'find_slots', 'book_slot'];

let sequence = 0;
function envelope(contract: Parameters<typeof toCloudEvent>[0], subject: string, data: unknown): CloudEvent {
  sequence += 1;
  const event = { id: `${subject}:${sequence}`, businessId, subject, sequence, time: Temporal.Instant.from(at), data };
  return toCloudEvent(contract, 'test', event);
}

function goodCall(): CallEvidence {
  const turns = lines.map((line, seq) => ({ seq, ...line, startedAt: at, endedAt: at }));
  const tools = toolNames.map((name, index) => ({
    seq: turns.length + index,
    name,
    outcome: 'ok' as const,
    durationMs: 5,
  }));
  const summary = 'Ines Hollin booked a tune up.';
  const live = [
    envelope(callStarted, callSid, { callSid, direction: 'inbound', from, to, startedAt: at }),
    ...turns.map((turn) => envelope(callTurn, callSid, { callSid, ...turn })),
    ...tools.map((tool) =>
      envelope(callToolCalled, callSid, {
        callSid,
        ...tool,
        toolCallId: tool.name,
        arguments: '{}',
        output: '{}',
        startedAt: at,
      }),
    ),
    envelope(appointmentBooked, ids.appointmentId, {
      ...ids,
      serviceName: 'Tune up',
      resourceName: 'Dana',
      startsAt: at,
      endsAt: at,
      timeZone: 'America/Chicago',
      customer: { name: 'Ines Hollin', phone: from },
      callSid,
    }),
    envelope(callEnded, callSid, {
      ...{ callSid, direction: 'inbound', from, to, startedAt: at, endedAt: at, reason: 'goodbye' },
      entries: turns.length + tools.length,
      usage: { inputTokens: 0, outputTokens: 0, cachedTokens: 0, audioInputTokens: 0, audioOutputTokens: 0 },
    }),
    envelope(callCompleted, callSid, {
      callSid,
      direction: 'inbound',
      from,
      to,
      status: 'completed',
      durationSeconds: 9,
      at,
    }),
    envelope(callSummarized, callSid, {
      ...{
        callSid,
        from,
        startedAt: at,
        summary,
        outcome: 'appointment_booked',
        intent: 'book',
        sentiment: 'positive',
      },
      ...{ topics: [], followUps: [], callerName: 'Ines Hollin', model: 'test' },
    }),
  ];
  const utterance = (text: string) => ({ text, startMs: 0, endMs: 1 });
  return {
    story: {
      ...{
        name: 'Ines Hollin',
        phone: from,
        steps: [],
        answer: 'It costs 9 dollars',
        service: 'tune up',
        interrupts: true,
      },
    },
    business: {
      ...{
        id: businessId,
        name: 'B',
        number: to,
        timeZone: 'America/Chicago',
        apiKey: '',
        eventCreds: '',
        eventSubject: '',
      },
    },
    callSid,
    report: {
      ...{ callSid, status: 'completed', durationMs: 9, damagedWords: 0, marksReturned: 1, clears: 1 },
      said: lines.filter(({ role }) => role === 'caller').map(({ text }) => utterance(text)),
      heard: lines.filter(({ role }) => role === 'receptionist').map(({ text }) => utterance(text)),
      timings: { replyMs: [900], interruptionToSilenceMs: [40] },
      ...{ twiml: [], streams: [], callbacks: [], script: { done: true }, errors: [] },
    },
    kept: keptCall(turns, tools, summary),
    live,
    replayed: live,
    appointments: [
      {
        ...{ id: ids.appointmentId, resourceId: ids.resourceId, resourceName: 'Dana', serviceName: 'Tune up' },
        ...{
          startsAt: new Date(at),
          endsAt: new Date(at),
          customerName: 'Ines Hollin',
          confirmationCode: 'K7',
          callSid,
        },
      },
    ],
    overlaps: 0,
  };
}

function keptCall(
  turns: { seq: number; role: 'caller' | 'receptionist'; text: string; interrupted: boolean }[],
  tools: { seq: number; name: string; outcome: 'ok'; durationMs: number }[],
  summary: string,
): KeptCall {
  return {
    ...{
      call_sid: callSid,
      direction: 'inbound',
      from_number: from,
      to_number: to,
      status: 'completed',
      end_reason: 'goodbye',
    },
    ...{
      started_at: at,
      ended_at: at,
      duration_seconds: 9,
      language: 'en',
      summary,
      intent: 'book',
      outcome: 'appointment_booked',
      sentiment: 'positive',
    },
    ...{ topics: [], follow_ups: [] },
    turns: turns.map(({ seq, role, text, interrupted }) => ({
      seq,
      role,
      text,
      interrupted,
      started_at: at,
      ended_at: at,
    })),
    tool_calls: tools.map(({ seq, name, outcome, durationMs }) => ({
      ...{ seq, name, arguments: '{}', outcome, output: '{}', started_at: at, duration_ms: durationMs },
    })),
  };
}

test('a good call is found good', () => {
  expect(judgeCall(goodCall())).toEqual([]);
});

test('at an interruption the transcript may lack, or hold, the one word that was being played', () => {
  for (const text of ['It costs 9 dollars. Parts', 'It costs 9 dollars. Parts are quoted']) {
    const call = goodCall();
    call.report.heard = call.report.heard.map((heard, index) => (index === 1 ? { ...heard, text } : heard));
    expect(judgeCall(call)).toEqual([]);
  }
});

/** What is changed about the good call. */
type Spoil = (call: CallEvidence) => Partial<CallEvidence>;

const report =
  (change: Partial<CallEvidence['report']>): Spoil =>
  (call) => ({ report: { ...call.report, ...change } });
const without =
  (contract: { entity: string; what: string }): Spoil =>
  (call) => ({
    live: call.live.filter((event) => !event.type.includes(`.${contract.entity}.${contract.what}.`)),
  });
const asIf =
  (who: 'said' | 'heard', word: string, by: string): Spoil =>
  (call) => {
    const spoken = call.report[who].map((utterance) => ({ ...utterance, text: utterance.text.replace(word, by) }));
    return { report: { ...call.report, [who]: spoken } };
  };
const appointment =
  (change: object): Spoil =>
  (call) => ({
    appointments: call.appointments.map((one) => ({ ...one, ...change })),
  });
const failedTool: Spoil = ({ kept }) => ({
  kept: kept && {
    ...kept,
    tool_calls: kept.tool_calls.map((tool, index) => (index === 1 ? { ...tool, outcome: 'unavailable' } : tool)),
  },
});
const silent = { webhookToTwimlMs: 1, replyMs: [1], interruptionToSilenceMs: [] };

const spoilt: [string, Spoil, RegExp][] = [
  ['a word the caller said is missing', asIf('said', 'book', 'book now'), /^transcript: the caller said/],
  ['a word the caller heard is missing', asIf('heard', 'help', 'really help'), /^transcript: the caller heard/],
  ['words beyond an interruption', asIf('heard', 'Parts are', ''), /^transcript: the caller heard/],
  ['a damaged word', report({ damagedWords: 1 }), /^conversation: 1 word/],
  ['a complaint of the network', report({ errors: ['31951 unknown event'] }), /31951/],
  ['a story that stopped', report({ script: { done: false, failure: 'step 2 never came' } }), /step 2/],
  ['an interruption that changed nothing', report({ timings: silent }), /interruption/],
  ['no transcript', () => ({ kept: undefined }), /^transcript: none/],
  ['a tool that failed', failedTool, /^tools: find_slots/],
  ['no appointment', () => ({ appointments: [] }), /^booking: PostgreSQL holds no/],
  [
    'two appointments',
    (call) => ({ appointments: [...call.appointments, ...call.appointments] }),
    /has 2 appointments/,
  ],
  ['another name', appointment({ customerName: 'Greta Corvane' }), /in the name of Greta Corvane/],
  ['another time', appointment({ startsAt: new Date(0) }), /^booking: the event says/],
  ['a double booking', () => ({ overlaps: 1 }), /^booking: 1 pair/],
  ['no summary', without(callSummarized), /^summary: none/],
  [
    'a summary of another call',
    (call) => ({ story: { ...call.story, name: 'Greta Corvane' } }),
    /^summary: it does not/,
  ],
  ['a missing event', without(callCompleted), /call\.completed\.v1/],
  ['a missing turn', (call) => ({ live: call.live.toSpliced(1, 1) }), /^events: the call had 8 turns/],
  ['a replay without the end', (call) => ({ replayed: call.replayed.slice(0, -1) }), /read from the start/],
];

test.each(spoilt)('%s is noticed', (_what, spoil, complaint) => {
  const call = goodCall();
  expect(judgeCall({ ...call, ...spoil(call) })).toContainEqual(expect.stringMatching(complaint));
});
