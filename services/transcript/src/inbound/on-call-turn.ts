import { callTurn } from '@frontdesk/contracts/events/call';
import { on } from '@frontdesk/messaging';
import { factsOfEntry } from '../domain/call-facts.ts';
import { turnInsert } from '../store/entry-writer.ts';
import { type Listening, takeIn } from './take-in.ts';

export const onCallTurn = (listening: Listening) =>
  on(callTurn, (event) =>
    takeIn(listening, event, factsOfEntry(event.data), (tx, key) => turnInsert(tx, key, event.data)),
  );
