// Pins: a bridge that takes a call over and does not know which time `s1` is, or which appointment `a1`; a record that grows
// with every time that was ever offered.
import { expect, it } from 'vitest';
import { CALLER, harness, SLOT } from './call-session.harness.ts';

const later = { ...SLOT, startsAt: '2026-12-03T21:30:00Z', endsAt: '2026-12-03T22:30:00Z' };

function knows(call: ReturnType<typeof harness>) {
  return call.all('entry').flatMap(({ entry }) => (entry.kind === 'tool' ? [entry.known] : []));
}

it('records with a tool’s answer what that told the model of for the first time', () => {
  const call = harness();
  call.answer();
  const find = (toolCallId: string, slots: (typeof SLOT)[]) => {
    call.engine({ kind: 'tool_call', responseId: 'r1', toolCallId, name: 'find_slots', arguments: '{"day":"any"}' });
    const reply = { from: 'findSlots', body: { exact: true, timeZone: 'America/Chicago', slots } } as const;
    call.receive({ kind: 'tool_result', toolCallId, result: { ok: true, reply } });
  };
  find('t1', [SLOT]);
  find('t2', [SLOT, later]);
  find('t3', [later]);
  expect(knows(call)).toEqual([
    { offers: [{ handle: 's1', slot: SLOT }], appointments: [] },
    { offers: [{ handle: 's2', slot: later }], appointments: [] },
    undefined,
  ]);
  expect(call.all('offered')).toEqual([]);
});

it('records what the instructions told it of', () => {
  const call = harness();
  call.receive({ kind: 'reserved' });
  call.receive({ kind: 'context', context: { soonestSlots: [SLOT] }, complete: true });
  call.engine({ kind: 'connected' });
  expect(call.all('offered')).toEqual([
    { kind: 'offered', known: { offers: [{ handle: 's1', slot: SLOT }], appointments: [] } },
  ]);
});

it('goes on with what another bridge told the model of', () => {
  const call = harness();
  call.answer();
  const appointmentId = '5b0f4c1e-3a55-4b6c-8a51-6a2f0a7b9c10';
  const name = 'look_up_appointments';
  call.engine({ kind: 'tool_call', responseId: 'r1', toolCallId: 't1', name, arguments: '{}' });
  const body = { appointments: [{ ...SLOT, appointmentId, needsCode: true }] };
  const result = { ok: true, reply: { from: 'lookUpAppointments', body } } as const;
  call.receive({ kind: 'tool_result', toolCallId: 't1', result });
  const appointments = [{ handle: 'a1', appointmentId }];
  expect(knows(call)).toEqual([{ offers: [], appointments }]);

  const next = harness({ resumed: { entries: [], offers: [], appointments, unsettled: [] } });
  next.answer();
  const args = '{"appointment":"a1","code":"HJLMQ"}';
  next.engine({ kind: 'tool_call', responseId: 'r2', toolCallId: 't2', name: 'cancel_appointment', arguments: args });
  expect(next.all('run_tool').at(-1)).toMatchObject({
    sideEffecting: true,
    request: { to: 'cancelAppointment', body: { appointmentId, proof: { phone: CALLER, code: 'HJLMQ' } } },
  });
});
