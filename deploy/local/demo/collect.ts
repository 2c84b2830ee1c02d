/** Waits for calls to be over and for what follows them, then gathers the evidence. */
import { setTimeout as delay } from 'node:timers/promises';
import { type CloudEvent, eventType } from '@frontdesk/contracts/event';
import { appointmentBooked } from '@frontdesk/contracts/events/appointment';
import { callSummarized } from '@frontdesk/contracts/events/call';
import type { SeededBusiness } from '../apply-seed.ts';
import type { Stack } from '../stack.ts';
import { type BookingRecord, readBookings } from './appointments.ts';
import type { BusinessEvents } from './business-events.ts';
import { type CallEvidence, fetchKeptCall } from './evidence.ts';
import type { CallerStory } from './story.ts';
import type { Telephone } from './telephone.ts';

/** From the end of a call to its summary. */
const SUMMARY_TIMEOUT_MS = 15_000;

export async function collectEvidence(
  stack: Stack,
  placed: readonly { story: CallerStory; business: SeededBusiness; callSid: string }[],
  subscribers: readonly BusinessEvents[],
  telephone: Telephone,
  signal: AbortSignal,
): Promise<CallEvidence[]> {
  const reports = await Promise.all(placed.map(({ callSid }) => telephone.ended(callSid, signal)));
  const subscriberOf = (business: SeededBusiness) => subscribers.find((one) => one.business.id === business.id);
  const summarised = ({ business, callSid }: (typeof placed)[number]) =>
    eventsOfCall(subscriberOf(business)?.received ?? [], callSid).some(
      ({ type }) => type === eventType(callSummarized),
    );

  // A subscriber that is refused its events will wait in vain: then there is nothing to wait for.
  const canHear = subscribers.every(({ refusals }) => refusals.length === 0);
  const deadline = performance.now() + (canHear ? SUMMARY_TIMEOUT_MS : 3_000);
  while (!placed.every(summarised) && performance.now() < deadline) {
    signal.throwIfAborted();
    await delay(100);
  }

  const [gatewayUrl = ''] = stack.description.gateway.urls;
  const replays = new Map<string, CloudEvent[]>();
  const bookings = new Map<string, BookingRecord>();
  for (const subscriber of subscribers) {
    const { id } = subscriber.business;
    replays.set(id, await subscriber.fromTheStart().catch(() => []));
    bookings.set(id, await readBookings(stack.databaseUrl('booking'), id));
  }
  return Promise.all(
    placed.map(async ({ story, business, callSid }, index) => {
      const report = reports[index];
      if (!report) throw new Error('a call left no report');
      return {
        story,
        business,
        callSid,
        report,
        kept: await fetchKeptCall(gatewayUrl, business.apiKey, callSid),
        live: eventsOfCall(subscriberOf(business)?.received ?? [], callSid),
        replayed: eventsOfCall(replays.get(business.id) ?? [], callSid),
        appointments: (bookings.get(business.id)?.appointments ?? []).filter((found) => found.callSid === callSid),
        overlaps: bookings.get(business.id)?.overlaps ?? 0,
      };
    }),
  );
}

/** Events about the call itself, and those about an appointment made in it. */
function eventsOfCall(events: readonly CloudEvent[], callSid: string): CloudEvent[] {
  return events.filter(({ subject, type, data }) => {
    if (subject === callSid) return true;
    return type === eventType(appointmentBooked) && appointmentBooked.data.parse(data).callSid === callSid;
  });
}
