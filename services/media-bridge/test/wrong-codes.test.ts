// Pins: a caller whose codes are locked and who hears nothing, or an error; and a call in which nothing can be done then.
import type { lookUpAppointments } from '@frontdesk/contracts/booking/look-up-appointments';
import { WireError } from '@frontdesk/contracts/wire-error';
import { expect, it, vi } from 'vitest';
import type { z } from 'zod';
import { startBridge } from './peers/bridge.ts';

const WRONG = 'that code is not right';
const LOCKED = 'there were too many wrong codes, so no more are taken for now; the team can help';

it('each wrong code and the lock after them are said in words, and a message can be taken then', async () => {
  const proofs: z.input<typeof lookUpAppointments.request>['proof'][] = [];
  await using bridge = await startBridge({}, undefined, undefined, async (_businessId, { proof }) => {
    proofs.push(proof);
    throw new WireError('denied', proofs.length > 5 ? LOCKED : WRONG);
  });
  const reservation = bridge.reservation({ attestation: 'C' });
  await bridge.reserve(reservation);
  const model = await vi.waitUntil(() => bridge.model.sessions[0], { timeout: 5_000 });
  await model.waitFor('response.create');
  const caller = await bridge.dial(reservation);
  caller.start();

  const answers = () =>
    model.received.filter(({ type }) => type === 'conversation.item.create').map((each) => JSON.stringify(each));
  for (let attempt = 1; attempt <= 6; attempt++) {
    const asked = { id: `c${attempt}`, name: 'look_up_appointments', args: { code: `AEAE${attempt}` } };
    model.respond(`r${attempt}`, { calls: [asked] });
    await vi.waitUntil(() => answers().some((each) => each.includes(`"c${attempt}"`)), { timeout: 5_000 });
    expect(answers().at(-1)).toContain(attempt > 5 ? LOCKED : WRONG);
  }
  const { callSid, from: phone } = reservation;
  expect(proofs.at(-1)).toMatchObject({ callSid, phone, attestation: 'C', code: 'AEAE6' });

  const message = { id: 'c7', name: 'take_message', args: { text: 'Please move my visit.', name: 'Alex Kim' } };
  model.respond('r7', { calls: [message] });
  await vi.waitUntil(() => answers().some((each) => each.includes('the team will get it')), { timeout: 5_000 });
  caller.hangUp();
});
