import { messageTaken } from '@frontdesk/contracts/events/message';
import { on, routeEvents } from '@frontdesk/messaging';
import type { Context } from '../context.ts';
import { taskOfMessage } from '../domain/follow-up.ts';
import { makeTask } from './make-task.ts';

export function consumeMessageTaken(context: Context): Promise<AsyncDisposable> {
  return context.messaging.consume({
    durable: 'caller-profile-messages',
    ready: () => context.db.ping(),
    ...routeEvents(on(messageTaken, (event) => makeTask(context, event, taskOfMessage(event.data)))),
  });
}
