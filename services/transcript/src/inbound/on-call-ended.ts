import { callEnded } from '@frontdesk/contracts/events/call';
import { on } from '@frontdesk/messaging';
import { factsOfEnded } from '../domain/call-facts.ts';
import { type Listening, takeIn } from './take-in.ts';

export const onCallEnded = (listening: Listening) =>
  on(callEnded, (event) => takeIn(listening, event, factsOfEnded(event.data)));
