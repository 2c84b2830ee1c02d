// Pins: a booking that is made twice, or never told, because the one who asked for it died before the answer.
import { setTimeout as delay } from 'node:timers/promises';
import { appointmentBooked } from '@frontdesk/contracts/events/appointment';
import { expect, test, vi } from 'vitest';
import { callIn } from './scene/call.ts';
import { expectOneBooking, expectOneConversation, expectSilenceOfAtMost } from './scene/intact.ts';
import { openScene, startBridges } from './scene/scene.ts';
import { slowBookings } from './scene/slow-bookings.ts';
import { heardText } from './scene/sound.ts';
import { asksForTimes, leaves, OFFER, picks } from './scene/stories.ts';
import * as stage from './stage/stage.ts';

const BOOKING_TAKES_MS = 600;

test('a bridge killed between a tool’s request and its reply: the tool runs once and its result is told', async () => {
  await using _ = await stage.hold(['gateway', 'nats', 'postgres', 'booking', 'business-profile']);
  await using scene = await openScene({ name: 'Cardinal Furnace', number: 61, pool: 'killed-asking' });
  await startBridges('killed-asking', ['asking-1', 'asking-2']);
  await using _slow = await slowBookings(scene.business.id, BOOKING_TAKES_MS);

  const steps = [asksForTimes('Greta Corvane', 'Wednesday'), picks(OFFER, 'first'), ...leaves];
  const call = await callIn('+17735550161', scene.business.number, steps);
  await call.heard(OFFER);
  const owner = await call.owner();
  const asked = async () => (await call.head())?.pendingTools.some(({ name }) => name === 'book_slot');
  await vi.waitUntil(asked, { timeout: 15_000, interval: 20 });
  // The intent is on record before the request is sent; now the request is with booking, too, and not answered yet.
  await delay(50);
  await stage.signal(owner, 'SIGKILL');
  await call.heard('we were cut off', 6_000);

  const aftermath = await scene.aftermath(call);
  expectSilenceOfAtMost(3_000, aftermath);
  expectOneBooking(aftermath, 'Greta Corvane');
  expectOneConversation(aftermath);
  const [appointment] = aftermath.bookings;
  expect(heardText(aftermath.report).toLowerCase()).toContain(appointment?.confirmationCode.toLowerCase());
  const booked = (await scene.eventsOfType(appointmentBooked)).map(({ data }) => appointmentBooked.data.parse(data));
  expect(booked).toMatchObject([{ appointmentId: appointment?.id }]);
});
