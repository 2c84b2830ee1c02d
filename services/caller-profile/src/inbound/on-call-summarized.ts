/**
 * What a call was about becomes the memory of its caller. A number that was never met is met here; without a number
 * there is nobody to remember it for.
 */
import { randomUUID } from 'node:crypto';
import type { CloudEvent } from '@frontdesk/contracts/event';
import { callSummarized } from '@frontdesk/contracts/events/call';
import { on, routeEvents } from '@frontdesk/messaging';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { preferencesToStore } from '../domain/preferences.ts';
import { meetCaller, rememberCall } from '../store/caller-writer.ts';
import { isFirstDelivery } from '../store/consumed-events-writer.ts';

export function consumeCallSummarized(context: Context): Promise<AsyncDisposable> {
  return context.messaging.consume({
    durable: 'caller-profile',
    ready: () => context.db.ping(),
    ...routeEvents(on(callSummarized, (event) => remember(context, event))),
  });
}

async function remember(
  { db, clock, events }: Context,
  event: CloudEvent<z.output<typeof callSummarized.data>>,
): Promise<void> {
  const { from: phone, callSid, callerName, startedAt, summary } = event.data;
  const preferences = preferencesToStore(event.data.preferences);
  if (phone === null) return events.callRemembered('number_withheld');
  const businessId = event.businessid;
  const now = clock.now();
  const met = await db.asTenant(businessId, { kind: 'service', id: 'transcript' }, async (tx) => {
    if (!(await isFirstDelivery(tx, businessId, event.id, now))) return undefined;
    const caller = await meetCaller(tx, {
      ...{ businessId, phone, now, newCallerId: randomUUID() },
      ...{ name: callerName, source: 'summary', proved: false },
    });
    await rememberCall(tx, { businessId, callerId: caller.callerId, callSid, at: startedAt, summary, preferences });
    await events.callerMet(tx, businessId, caller, now);
    return caller;
  });
  if (!met) return events.callRemembered('repeat');
  events.callRemembered('kept');
  events.callerChanged(met.change, met.callerId);
}
