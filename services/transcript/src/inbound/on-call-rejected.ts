import { callRejected } from '@frontdesk/contracts/events/call';
import { on } from '@frontdesk/messaging';
import { factsOfRejected } from '../domain/call-facts.ts';
import { type Listening, takeIn } from './take-in.ts';

export const onCallRejected = (listening: Listening) =>
  on(callRejected, (event) => takeIn(listening, event, factsOfRejected(event.data)));
