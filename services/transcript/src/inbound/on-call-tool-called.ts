import { callToolCalled } from '@frontdesk/contracts/events/call';
import { on } from '@frontdesk/messaging';
import { factsOfEntry } from '../domain/call-facts.ts';
import { toolCallInsert } from '../store/entry-writer.ts';
import { type Listening, takeIn } from './take-in.ts';

export const onCallToolCalled = (listening: Listening) =>
  on(callToolCalled, (event) =>
    takeIn(listening, event, factsOfEntry(event.data), (tx, key) => toolCallInsert(tx, key, event.data)),
  );
