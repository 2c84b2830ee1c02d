// Pins: a call back promised on a number the caller never said, a message that says less than was known, and one that is
// promised to arrive when nobody can tell.
import type { TeamNote } from '@frontdesk/contracts/events/message';
import { describe, expect, it } from 'vitest';
import { createAppointmentHandles } from '../appointment-handles.ts';
import { createSlotHandles } from '../slot-handles.ts';
import { createSpokenLanguage } from '../spoken-language.ts';
import type { SpokenTurn, ToolUse } from '../transcript.ts';
import { toolOffersFor } from './all-tools.ts';
import { recordedRequest } from './recorded-request.ts';
import { takeMessageTool } from './take-message.ts';
import type { ToolScene } from './tool.ts';

const said = (text: string): SpokenTurn => ({
  ...{ kind: 'turn', role: 'caller', text, startedAtMs: 0, endedAtMs: 1, interrupted: false },
});
const used = (name: string, outcome: ToolUse['outcome']): ToolUse => ({
  ...{ kind: 'tool', toolCallId: 'c', name, arguments: '{}', outcome, output: '{}', startedAtMs: 0, endedAtMs: 1 },
});

function scene(past: ToolScene['past'] = [], phone: string | null = '+13125550142'): ToolScene {
  const handles = { slots: createSlotHandles(), appointments: createAppointmentHandles() };
  const rest = { ...handles, language: createSpokenLanguage(['en']), past, now: 'now' };
  const call = { callSid: `CA${'0'.repeat(32)}`, phone, businessNumber: '+13125550100' };
  return { ...call, attestation: 'A', trust: 'attested', ...rest };
}

function note(args: Record<string, unknown>, inScene = scene()): TeamNote {
  const plan = takeMessageTool.plan({ text: 'No heat since Friday.', ...args }, inScene);
  if (plan.kind !== 'ask' || plan.request.to !== 'takeMessage') expect.fail(JSON.stringify(plan));
  return plan.request.body;
}

describe('what is noted', () => {
  it('is what the model understood, with the number the call comes from', () => {
    expect(note({ name: 'Alex Kim', urgency: 'urgent' })).toEqual({
      ...{
        name: 'Alex Kim',
        number: '+13125550142',
        text: 'No heat since Friday.',
        urgency: 'urgent',
        reason: 'asked',
      },
    });
    expect(note({}, scene([], null))).toMatchObject({ name: null, number: null, urgency: 'normal' });
  });

  it('has another number only when the caller said it', () => {
    const heard = scene([said('Call me on 312 555 0188.')]);
    expect(note({ call_back_on: '312-555-0188' }, heard)).toMatchObject({ number: '+13125550188' });
  });

  it('asks once more for a number that was not heard, and then keeps it in words alone', () => {
    const args = { text: 'No heat.', call_back_on: '312-555-0199' };
    const unheard = scene([said('Call me on 312 555 0188.')]);
    expect(takeMessageTool.plan(args, unheard)).toMatchObject({ kind: 'answer', outcome: 'refused' });
    const refusal = takeMessageTool.plan(args, unheard);
    if (refusal.kind !== 'answer') expect.fail(refusal.kind);
    const asked = { arguments: JSON.stringify(args), output: JSON.stringify(refusal.output) };
    const again = scene([...unheard.past, { ...used('take_message', 'refused'), ...asked }]);
    expect(note(args, again)).toMatchObject({
      number: '+13125550142',
      text: 'No heat. (Number as it was understood: +13125550199)',
    });
    expect(takeMessageTool.plan({ ...args, call_back_on: 'twelve' }, again)).toMatchObject({ outcome: 'refused' });
    // Another number, or a refusal for another reason, was not repeated by anybody.
    expect(takeMessageTool.plan({ ...args, call_back_on: '312-555-0177' }, again)).toMatchObject({
      outcome: 'refused',
    });
    const impossible = {
      ...asked,
      output: JSON.stringify({ error: 'not_found', message: 'There is no such number.' }),
    };
    const other = scene([...unheard.past, { ...used('take_message', 'refused'), ...impossible }]);
    expect(takeMessageTool.plan(args, other)).toMatchObject({ outcome: 'refused' });
  });

  it.each<[TeamNote['reason'], ToolUse[]]>([
    ['calendar_unavailable', [used('find_slots', 'unavailable')]],
    ['calendar_unavailable', [used('find_slots', 'ok'), used('book_slot', 'unavailable')]],
    ['calendar_unavailable', [used('look_up_appointments', 'deadline')]],
    ['calendar_unavailable', [used('move_appointment', 'failed')]],
    ['calendar_unavailable', [used('cancel_appointment', 'unavailable')]],
    ['lookup_unavailable', [used('search_knowledge', 'unavailable')]],
    ['asked', [used('find_slots', 'unavailable'), used('find_slots', 'ok')]],
    ['asked', [used('save_caller_name', 'unavailable')]],
  ])('says why: %s', (reason, past) => expect(note({}, scene(past))).toMatchObject({ reason }));

  // A tool that nobody thought of here would tell the team that the caller just wanted to leave a message.
  it('knows of every tool that other services answer what its absence means', () => {
    const silent = ['save_caller_name', 'take_message', 'end_call', 'change_language'];
    const tools = toolOffersFor(['en', 'es']).map(({ name }) => name);
    for (const name of tools.filter((each) => !silent.includes(each))) {
      expect(note({}, scene([used(name, 'unavailable')])).reason, name).not.toBe('asked');
    }
  });

  it('is in the record as what another bridge can take', () => {
    const plan = takeMessageTool.plan({ text: 'No heat.' }, scene());
    if (plan.kind !== 'ask') expect.fail(plan.kind);
    expect(recordedRequest(JSON.stringify(plan.request))).toEqual(plan.request);
  });
});

describe('what the model is told', () => {
  const told = (number: string | null, recorded: boolean) => {
    const body = { message: { ...note({}), number }, recorded };
    return JSON.stringify(takeMessageTool.conclude({ from: 'takeMessage', body }, scene()));
  };

  it('holds the message, and whether somebody can call back', () => {
    expect(told('+13125550142', true)).toMatch(/"taken":true.*No heat.*called back/);
    expect(told(null, true)).toMatch(/do not promise a call/);
  });

  it('promises no time while the message cannot leave the bridge', () => {
    expect(told('+13125550142', false)).toMatch(/as soon as our systems work again; do not promise when/);
  });
});
