import { callbackRequested } from '@frontdesk/contracts/events/callback';
import { on, routeEvents } from '@frontdesk/messaging';
import type { Context } from '../context.ts';
import { taskOfCallback } from '../domain/follow-up.ts';
import { makeTask } from './make-task.ts';

export function consumeCallbackRequested(context: Context): Promise<AsyncDisposable> {
  return context.messaging.consume({
    durable: 'caller-profile-callbacks',
    ready: () => context.db.ping(),
    ...routeEvents(on(callbackRequested, (event) => makeTask(context, event, taskOfCallback(event.data)))),
  });
}
