import { callStarted } from '@frontdesk/contracts/events/call';
import { on } from '@frontdesk/messaging';
import { factsOfStarted } from '../domain/call-facts.ts';
import { type Listening, takeIn } from './take-in.ts';

export const onCallStarted = (listening: Listening) =>
  on(callStarted, (event) => takeIn(listening, event, factsOfStarted(event.data)));
