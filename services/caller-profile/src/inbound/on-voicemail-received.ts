import { voicemailReceived } from '@frontdesk/contracts/events/voicemail';
import { on, routeEvents } from '@frontdesk/messaging';
import type { Context } from '../context.ts';
import { taskOfVoicemail } from '../domain/follow-up.ts';
import { makeTask } from './make-task.ts';

export function consumeVoicemailReceived(context: Context): Promise<AsyncDisposable> {
  return context.messaging.consume({
    durable: 'caller-profile-voicemails',
    ready: () => context.db.ping(),
    ...routeEvents(on(voicemailReceived, (event) => makeTask(context, event, taskOfVoicemail(event.data)))),
  });
}
