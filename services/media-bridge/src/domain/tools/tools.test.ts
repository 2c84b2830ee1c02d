import { expect, it } from 'vitest';
import { createAppointmentHandles } from '../appointment-handles.ts';
import { createSlotHandles } from '../slot-handles.ts';
import { createSpokenLanguage } from '../spoken-language.ts';
import { toolOffersFor } from './all-tools.ts';
import { bookSlotTool } from './book-slot.ts';
import { cancelAppointmentTool } from './cancel-appointment.ts';
import { findSlotsTool } from './find-slots.ts';
import { lookUpAppointmentsTool } from './look-up-appointments.ts';
import { moveAppointmentTool } from './move-appointment.ts';
import { recordedRequest } from './recorded-request.ts';
import { saveCallerNameTool } from './save-caller-name.ts';
import type { Tool, ToolScene } from './tool.ts';

const toolOffers = toolOffersFor(['en', 'es']);

it('offers each tool as a JSON schema of an object without references', () => {
  expect(toolOffers.map(({ name }) => name)).toEqual([
    'search_knowledge',
    'find_slots',
    'book_slot',
    'look_up_appointments',
    'move_appointment',
    'cancel_appointment',
    'save_caller_name',
    'take_message',
    'end_call',
    'change_language',
  ]);
  for (const { parameters } of toolOffers) {
    expect(parameters.type).toBe('object');
    expect(JSON.stringify(parameters)).not.toContain('$');
  }
});

// The model types neither who calls, nor for whom, nor when. What it types of a number is checked (take-message.ts).
it('has no argument for identities or dates', () => {
  const names = toolOffers.flatMap(({ parameters }) => Object.keys(parameters.properties ?? {}));
  expect(names.filter((name) => /phone|number|business|caller_id|date|time|call_sid/.test(name))).toEqual([]);
});

const call = { callSid: `CA${'0'.repeat(32)}`, phone: '+13125550142', attestation: 'C', trust: 'attested' } as const;
const APPOINTMENT = '5b0f4c1e-3a55-4b6c-8a51-6a2f0a7b9c10';
const SLOT = {
  serviceId: '0d4cbb0e-93f5-4c5f-9b56-3f3e0a0f6a11',
  resourceId: '0d4cbb0e-93f5-4c5f-9b56-3f3e0a0f6a12',
  startsAt: '2026-12-03T20:30:00Z',
  endsAt: '2026-12-03T21:30:00Z',
  serviceName: 'Furnace repair',
  resourceName: 'Dana',
  spoken: 'jueves 3 de diciembre, 14:30',
};
const { serviceId, resourceId, startsAt } = SLOT;

function sceneIn(languages: readonly string[]): ToolScene {
  const handles = { slots: createSlotHandles(), appointments: createAppointmentHandles() };
  const rest = { businessNumber: '+13125550100', past: [], now: 'now' };
  return { ...call, ...handles, ...rest, language: createSpokenLanguage(languages) };
}

function offered(scene: ToolScene, named?: boolean) {
  const body = { exact: true, timeZone: 'America/Chicago', slots: [SLOT], ...(named ? { named } : {}) };
  return findSlotsTool.conclude({ from: 'findSlots', body }, scene);
}

function bodyOf(tool: Tool, args: object, scene: ToolScene) {
  const plan = tool.plan(args, scene);
  return plan.kind === 'ask' ? plan.request.body : plan;
}

// Whoever only claims a number must not rename its owner: caller-profile decides, by what the bridge says of the call.
it('saves a name together with how far the number is proved', () => {
  const plan = saveCallerNameTool.plan({ name: 'Alex' }, sceneIn(['en']));
  expect(plan).toEqual({ kind: 'ask', request: { to: 'saveCallerName', body: { ...call, name: 'Alex' } } });
});

it('asks for exactly the wish of the caller, and for times in the language of the conversation', () => {
  const scene = sceneIn(['es']);
  scene.appointments.know(APPOINTMENT);
  const wish = { person: 'Dana', language: 'pt-BR', skill: '', day_of_month: 14, month: 'december', moving: 'a1' };
  expect(bodyOf(findSlotsTool, wish, scene)).toEqual({
    ...{ resource: 'Dana', language: 'pt-br', dayOfMonth: 14, month: 'december', insteadOf: APPOINTMENT },
    ...{ day: 'any', week: 'any', partOfDay: 'any', speak: 'es' },
  });
  expect(offered(scene)).toMatchObject({ slots: [{ slot: 's1', time: SLOT.spoken }] });
});

// Somebody who was asked for must not be replaced unasked; anybody else may be, or callers hear "just taken" for nothing.
it('books with anybody who fits, unless the caller asked for somebody', () => {
  const scene = sceneIn(['en']);
  offered(scene);
  const args = { slot: 's1', name: 'Robin Vale' };
  expect(bodyOf(bookSlotTool, args, scene)).toMatchObject({ anyResource: true, customer: { phone: call.phone } });
  offered(scene, true);
  expect(bodyOf(bookSlotTool, args, scene)).toMatchObject({ anyResource: false });
  offered(scene);
  expect(bodyOf(bookSlotTool, args, scene)).toMatchObject({ anyResource: true });
});

const view = { ...SLOT, appointmentId: APPOINTMENT };
const proof = { by: 'caller', ...call };

it('moves and cancels by handle, with the facts of the call and the code that was said', () => {
  const scene = sceneIn(['es']);
  offered(scene, true);
  const body = { appointments: [{ ...view, needsCode: true }] };
  expect(lookUpAppointmentsTool.conclude({ from: 'lookUpAppointments', body }, scene)).toMatchObject({
    appointments: [{ appointment: 'a1', time: SLOT.spoken, with: 'Dana', needs_code: true }],
  });
  expect(bodyOf(moveAppointmentTool, { appointment: 'A1', slot: 's1', code: 'k7-q2' }, scene)).toEqual({
    ...{ appointmentId: APPOINTMENT, slot: { serviceId, resourceId, startsAt }, anyResource: false, speak: 'es' },
    proof: { ...proof, code: 'k7-q2' },
  });
  expect(bodyOf(cancelAppointmentTool, { appointment: 'a1', reason: '' }, scene)).toEqual({
    ...{ appointmentId: APPOINTMENT, proof, speak: 'es' },
  });
});

it.each([
  ['cancelled', cancelAppointmentTool, { appointment: 'a1' }],
  ['moved', moveAppointmentTool, { appointment: 'a1', slot: 's1' }],
  ['moved to a time nobody offered', moveAppointmentTool, { appointment: 'a2', slot: 's9' }],
  ['booked', bookSlotTool, { slot: 's1', name: 'Robin' }],
  ['looked for another time', findSlotsTool, { moving: 'a1' }],
] as const)('nothing that was not spoken of can be %s', (_what, tool, args) => {
  const plan = tool.plan(args, sceneIn(['en']));
  expect(plan).toMatchObject({ kind: 'answer', outcome: 'refused', output: { error: 'not_found' } });
});

// No id may reach the model: it would be read aloud, or invented.
it('tells the model no ids', () => {
  const scene = sceneIn(['en']);
  const previous = { startsAt, spoken: 'Friday at 9 AM' };
  const told = [
    offered(scene),
    bookSlotTool.conclude({ from: 'bookSlot', body: { ...view, confirmationCode: 'K7Q2' } }, scene),
    moveAppointmentTool.conclude(
      { from: 'moveAppointment', body: { ...view, previous, confirmationCode: 'K7Q2', lateNote: 'A fee of $20.' } },
      scene,
    ),
    cancelAppointmentTool.conclude(
      { from: 'cancelAppointment', body: { ...view, late: false, lateNote: null } },
      scene,
    ),
    lookUpAppointmentsTool.conclude(
      { from: 'lookUpAppointments', body: { appointments: [{ ...view, needsCode: false }] } },
      scene,
    ),
  ];
  expect(JSON.stringify(told)).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}/);
  expect(told[1]).toMatchObject({ appointment: 'a1', with: 'Dana', confirmation_code: 'K7Q2' });
  expect(told[2]).toMatchObject({ appointment: 'a1', previous_time: previous.spoken, late_note: 'A fee of $20.' });
  expect(told[3]).not.toHaveProperty('late_note');
});

// A bridge that died while it moved an appointment: the next one sends what was recorded, and nothing else.
it('reads back every request it records', () => {
  const scene = sceneIn(['en']);
  offered(scene);
  scene.appointments.know(APPOINTMENT);
  const plans = [
    findSlotsTool.plan({}, scene),
    bookSlotTool.plan({ slot: 's1', name: 'Robin' }, scene),
    lookUpAppointmentsTool.plan({ code: 'K7Q2' }, scene),
    moveAppointmentTool.plan({ appointment: 'a1', slot: 's1', code: 'K7Q2' }, scene),
    cancelAppointmentTool.plan({ appointment: 'a1' }, scene),
  ];
  for (const plan of plans) {
    if (plan.kind !== 'ask') throw new Error('nothing was asked');
    expect(recordedRequest(JSON.stringify(plan.request))).toMatchObject(plan.request);
  }
});
