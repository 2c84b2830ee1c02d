/** The one durable consumer: every event this service listens to, and who takes it in. */
import { routeEvents } from '@frontdesk/messaging';
import { onAppointmentBooked } from './on-appointment-booked.ts';
import { onCallCompleted } from './on-call-completed.ts';
import { onCallEnded } from './on-call-ended.ts';
import { onCallRejected } from './on-call-rejected.ts';
import { onCallStarted } from './on-call-started.ts';
import { onCallToolCalled } from './on-call-tool-called.ts';
import { onCallTurn } from './on-call-turn.ts';
import type { Listening } from './take-in.ts';

const takers = [
  onCallStarted,
  onCallTurn,
  onCallToolCalled,
  onCallEnded,
  onCallCompleted,
  onCallRejected,
  onAppointmentBooked,
];

export function consumeEvents(listening: Listening): Promise<AsyncDisposable> {
  const routes = takers.map((taker) => taker(listening));
  return listening.messaging.consume({
    durable: 'transcript',
    ready: () => listening.db.ping(),
    ...routeEvents(...routes),
  });
}
