// Pins: a known caller treated as a stranger, and a stranger who is told what only the known caller may hear.
import { recogniseCaller } from '@frontdesk/contracts/caller-profile/recognise-caller';
import { readBookings } from '@frontdesk/deploy/local/demo/appointments.ts';
import type { CallerStory } from '@frontdesk/deploy/local/demo/story.ts';
import { openTelephone } from '@frontdesk/deploy/local/demo/telephone.ts';
import { wordsOf } from '@frontdesk/deploy/local/demo/words.ts';
import { expect, inject, test, vi } from 'vitest';
import { z } from 'zod';
import { connectOperator } from './another-business.ts';
import './provided.ts';

const { stack, call } = inject('oneCall');
const { business, story } = call;
const [firstName = ''] = story.name.split(' ');
const telephone = openTelephone(stack.twilio.apiUrl, stack.gateway.publicUrl);

async function callAgain(stirVerstat: string, steps: readonly object[]) {
  const again: CallerStory = { ...story, steps };
  const callSid = await telephone.place(again, business.number, { stirVerstat });
  return telephone.ended(callSid, AbortSignal.timeout(90_000));
}

const sessions = z.object({
  sessions: z.array(z.object({ instructions: z.string(), heard: z.array(z.object({ text: z.string() })) })),
});

/** What the model was told in the call in which these words were heard. */
async function instructionsOfCallWith(words: string): Promise<string> {
  const response = await fetch(new URL('/simulator/sessions', stack.model.apiUrl));
  const all = sessions.parse(await response.json()).sessions;
  return all.findLast(({ heard }) => heard.some(({ text }) => text.includes(words)))?.instructions ?? '';
}

/** Memory is written when the summary is: a moment after the first call. */
async function remembered() {
  await using operator = await connectOperator();
  const ask = (attestation: 'A' | 'none') =>
    operator.request(recogniseCaller, business.id, { phone: story.phone, attestation, trust: 'attested' });
  await vi.waitFor(async () => expect(await ask('A')).toMatchObject({ recall: 'full', name: story.name }), {
    timeout: 10_000,
    interval: 200,
  });
  return { attested: await ask('A'), unattested: await ask('none') };
}

test('what was agreed is remembered, for a number that is proved', async () => {
  const { attested, unattested } = await remembered();
  expect(attested).toMatchObject({ recall: 'full', pastCalls: [{ summary: expect.stringContaining(story.name) }] });
  expect(unattested).toMatchObject({ recall: 'first_name', firstName });
  expect(JSON.stringify(unattested)).not.toContain(story.name.split(' ')[1]);
});

test('the caller is greeted by name and need not give it again', { timeout: 90_000 }, async () => {
  const report = await callAgain('TN-Validation-Passed-A', [
    { say: 'I prefer afternoons. Can I book a repair visit for Friday afternoon?', after: 'silence' },
    { say: 'The first one please.', after: { words: ['which one works'] } },
    { say: 'No, thank you. Goodbye.', after: { words: ['confirmation code'] } },
    { waitForHangUp: true, timeoutMs: 20_000 },
  ]);
  expect(wordsOf(report.heard[0]?.text ?? '').join(' ')).toBe(
    `hi ${firstName.toLowerCase()} this is prairie comfort how can i help you`,
  );
  expect(report.script).toMatchObject({ done: true });
  const { appointments } = await readBookings(stack.postgres.url, business.id);
  expect(appointments.find(({ callSid }) => callSid === report.callSid)).toMatchObject({ customerName: story.name });

  // The appointment of the first call was known in the second.
  const booked = call.kept?.tool_calls.find(({ name, outcome }) => name === 'book_slot' && outcome === 'ok');
  const { time, with: person } = z
    .object({ time: z.string(), with: z.string() })
    .parse(JSON.parse(booked?.output ?? ''));
  expect(await instructionsOfCallWith('Friday afternoon')).toMatch(
    new RegExp(`^- a\\d: ${time} with ${person} \\(`, 'm'),
  );
});

test('what the caller prefers is remembered', async () => {
  await using operator = await connectOperator();
  const request = { phone: story.phone, attestation: 'A', trust: 'attested' } as const;
  await vi.waitFor(
    async () =>
      expect(await operator.request(recogniseCaller, business.id, request)).toMatchObject({
        preferences: ['afternoons'],
      }),
    { timeout: 10_000, interval: 200 },
  );
});

test('with a number that is not proved at most the first name is spoken', { timeout: 60_000 }, async () => {
  const report = await callAgain('No-TN-Validation', [
    { say: 'No, thank you. Goodbye.', after: 'silence' },
    { waitForHangUp: true, timeoutMs: 20_000 },
  ]);
  const heard = report.heard.map(({ text }) => text).join(' ');
  expect(heard).not.toContain(story.name.split(' ')[1]);
  const told = await instructionsOfCallWith('No, thank you. Goodbye.');
  expect(told).toContain('not proved who is speaking');
  expect(told).not.toMatch(/upcoming|afternoons|Earlier calls/);
});
