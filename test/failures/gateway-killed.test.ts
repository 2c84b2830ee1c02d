// Pins: a call that ends with the gateway its sound went through, whatever Twilio does about a socket that just stops.
import { setTimeout as delay } from 'node:timers/promises';
import { expect, inject, test } from 'vitest';
import { twilioControl } from '../simulators/twilio/control-client.ts';
import { callIn, type OnCall } from './scene/call.ts';
import { openDoors } from './scene/gateways.ts';
import { expectOneBooking, expectOneConversation, expectSilenceOfAtMost } from './scene/intact.ts';
import { openScene } from './scene/scene.ts';
import { picksAfter } from './scene/stories.ts';
import * as stage from './stage/stage.ts';

const APOLOGY = 'we were cut off';

test('a gateway killed outright: back through the other one, to the same bridge and the same conversation', async () => {
  await using _ = await stage.hold(['gateway', 'nats', 'postgres', 'booking', 'business-profile']);
  await using scene = await openScene({ name: 'Wren Warmth', number: 64 });
  const doors = await openDoors('wren', 2);
  const callers = [
    { name: 'Ines Jarrowin', day: 'Monday', from: '+17735550165', fallsThrough: true },
    // Dead air, until somebody tells Twilio where to go.
    { name: 'Jonah Dunmoor', day: 'Tuesday', from: '+17735550166', fallsThrough: false },
  ] as const;
  const calls: OnCall[] = [];
  const carriers: string[] = [];
  for (const { name, day, from, fallsThrough } of callers) {
    const call = await callIn(from, scene.business.number, picksAfter(APOLOGY, name, day), {
      publicUrl: doors.publicUrl,
      faults: { abruptLossFallsThrough: fallsThrough, abruptLossEndsAfterMs: 8_000 },
    });
    calls.push(call);
    carriers.push(await doors.carrierOf(call));
  }
  await Promise.all(calls.map((call, index) => call.heard(`I have ${callers[index]?.day}`)));
  const owners = await Promise.all(calls.map((call) => call.owner()));
  // The network takes them in turn: the webhooks went to one, the sockets to the other.
  const [carrier = ''] = carriers;
  expect(carriers).toEqual([carrier, carrier]);
  await stage.signal(carrier, 'SIGKILL');

  await Promise.all(calls.map((call) => call.heard(APOLOGY, 8_000)));
  const heads = await Promise.all(calls.map((call) => call.head()));
  expect(heads.map((head) => head?.owner.podId)).toEqual(owners);
  expect(heads.map((head) => head?.epoch)).toEqual([1, 1]);
  const aftermaths = await Promise.all(calls.map((call) => scene.aftermath(call)));
  for (const [index, aftermath] of aftermaths.entries()) {
    expect(aftermath.report.streams.map(({ endedBy }) => endedBy)).toEqual(['abrupt', 'server']);
    expectSilenceOfAtMost(3_000, aftermath);
    expectOneBooking(aftermath, callers[index]?.name ?? '');
    expectOneConversation(aftermath);
  }
});

/** Longer than a request needs to arrive, and shorter than the second after which the bridge sends Twilio back itself. */
const ASKING_MS = 400;

test('the gateway that Twilio asks next killed before it answers: it asks a third one, and the call goes on', async () => {
  await using _ = await stage.hold(['gateway', 'nats', 'postgres', 'booking', 'business-profile']);
  await using scene = await openScene({ name: 'Pipit Plumbing', number: 90 });
  const doors = await openDoors('pipit', 3);
  const { mapHosts } = twilioControl(inject('failures').stack.twilio.apiUrl);
  const steps = picksAfter(APOLOGY, 'Odile Renwick', 'Monday');
  const call = await callIn('+17735550197', scene.business.number, steps, { publicUrl: doors.publicUrl });
  const carrier = await doors.carrierOf(call);
  const [dying = '', left = ''] = doors.names.filter((name) => name !== carrier);
  await call.heard('I have Monday');
  const owner = await call.owner();
  // Frozen, it takes the request and says nothing.
  await stage.signal(dying, 'SIGSTOP');
  await mapHosts(doors.leadingTo(dying));
  await stage.signal(carrier, 'SIGKILL');
  await delay(ASKING_MS);
  await mapHosts(doors.leadingTo(left));
  await stage.signal(dying, 'SIGKILL');

  await call.heard(APOLOGY, 8_000);
  expect(await call.head()).toMatchObject({ epoch: 1, owner: { podId: owner } });
  const aftermath = await scene.aftermath(call);
  const [asked] = aftermath.report.twiml.filter(({ url }) => url.includes('/continue/'));
  expect(asked).toMatchObject({ status: 200 });
  // It was on its way when the gateway died.
  expect(asked?.ms).toBeGreaterThan(ASKING_MS / 2);
  expectSilenceOfAtMost(3_000, aftermath);
  expectOneBooking(aftermath, 'Odile Renwick');
  expectOneConversation(aftermath);
});
