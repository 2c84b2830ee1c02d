import { callCompleted } from '@frontdesk/contracts/events/call';
import { on } from '@frontdesk/messaging';
import { factsOfCompleted } from '../domain/call-facts.ts';
import { type Listening, takeIn } from './take-in.ts';

export const onCallCompleted = (listening: Listening) =>
  on(callCompleted, (event) => takeIn(listening, event, factsOfCompleted(event.data)));
