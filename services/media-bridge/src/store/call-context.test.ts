// Pins: a stranger's claim to a number that reads out its owner's appointments, and a caller whose greeting waits for them.
import type { RecognisedCaller } from '@frontdesk/contracts/caller-profile/recognise-caller';
import { WireError } from '@frontdesk/contracts/wire-error';
import { createLogger } from '@frontdesk/observability';
import { expect, it } from 'vitest';
import type { CallContext } from '../domain/caller-context.ts';
import { loadCallContext } from './call-context.ts';

const callerId = '0d4cbb0e-93f5-4c5f-9b56-3f3e0a0f6a11';
const full: RecognisedCaller = {
  ...{ recall: 'full', callerId, name: 'Alex Kim', firstName: 'Alex' },
  ...{ pastCalls: [], preferences: [] },
};
const appointment = {
  ...{ appointmentId: callerId, serviceName: 'Furnace repair', resourceName: 'Dana' },
  ...{ startsAt: '2026-12-03T20:30:00Z', spoken: 'Thursday, December 3 at 2:30 PM' },
};
const log = createLogger({ service: 'test', instanceId: 'test', level: 'silent' });

/** Loads for a caller; what came is noted in order. */
function load(
  caller: RecognisedCaller,
  options: { phone?: string | null; upcoming?: () => Promise<readonly [typeof appointment]> } = {},
) {
  const { phone = '+13125550142', upcoming = async () => [appointment] as const } = options;
  const askedFor: string[] = [];
  const came: { part: Partial<CallContext>; complete: boolean }[] = [];
  const unused = () => Promise.reject(new Error('not asked here'));
  const booking = {
    ...{ services: async () => [], soonestSlots: async () => [], findSlots: unused, bookSlot: unused },
    ...{ lookUp: unused, move: unused, cancel: unused },
    upcoming: (_businessId: string, number: string, speak: string) => {
      askedFor.push(`${number} in ${speak}`);
      return upcoming();
    },
  };
  const callerProfile = { recognise: async () => caller, saveCallerName: unused };
  const wanted = { businessId: 'b', phone, attestation: 'A', trust: 'attested', language: 'es' } as const;
  const done = loadCallContext({ booking, callerProfile }, log, wanted, (part, complete) =>
    came.push({ part, complete }),
  );
  return { done, askedFor, came };
}

it('asks for the appointments of a number that is proved', async () => {
  const { done, askedFor, came } = load(full);
  await done;
  expect(askedFor).toEqual(['+13125550142 in es']);
  expect(came.map(({ complete }) => complete)).toEqual([false, false, false, true]);
  expect(Object.assign({}, ...came.map(({ part }) => part))).toMatchObject({ caller: full, upcoming: [appointment] });
});

it.each<[RecognisedCaller]>([[{ recall: 'unknown' }], [{ recall: 'first_name', callerId, firstName: 'Alex' }]])(
  'asks for none when %o',
  async (caller) => {
    const { done, askedFor, came } = load(caller);
    await done;
    expect(askedFor).toEqual([]);
    expect(came.map(({ complete }) => complete)).toEqual([false, false, true]);
  },
);

it('asks nobody about a number that was withheld', async () => {
  const { done, askedFor, came } = load(full, { phone: null });
  await done;
  expect(askedFor).toEqual([]);
  expect(came.map(({ part, complete }) => [Object.keys(part), complete])).toEqual([
    [['services'], false],
    [['soonestSlots'], true],
  ]);
});

it('tells who calls before the appointments are there, and is complete without them', async () => {
  const slow = Promise.withResolvers<readonly [typeof appointment]>();
  const { done, askedFor, came } = load(full, { upcoming: () => slow.promise });
  await expect.poll(() => askedFor).toHaveLength(1);
  expect(came.flatMap(({ part }) => part.caller ?? [])).toEqual([full]);
  expect(came.some(({ complete }) => complete)).toBe(false);
  slow.reject(new WireError('deadline', 'no answer'));
  await done;
  expect(came.at(-1)).toEqual({ part: {}, complete: true });
});
