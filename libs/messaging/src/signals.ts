/** Messages nobody answers and nobody keeps. */
import { parseJson } from '@frontdesk/contracts/parse-json';
import { type SignalContract, signalSubject } from '@frontdesk/contracts/signal';
import { invalidFrom } from '@frontdesk/contracts/wire-error';
import type { Logger } from '@frontdesk/observability';
import type { z } from 'zod';
import type { Link } from './connection.ts';

export function sendSignal<Body extends z.ZodType>(
  link: Link,
  contract: SignalContract<Body>,
  fromPodId: string,
  body: z.input<Body>,
): void {
  // The client would keep it and send it late, when the next one is already true.
  if (!link.connected) return;
  const parsed = contract.body.safeParse(body);
  if (!parsed.success) throw invalidFrom(`the signal ${contract.what}`, parsed.error);
  link.nc.publish(signalSubject(contract, fromPodId), JSON.stringify(body));
}

export function onSignal<Body extends z.ZodType>(
  link: Link,
  log: Logger,
  contract: SignalContract<Body>,
  handler: (body: z.output<Body>, fromPodId: string) => void,
): AsyncDisposable {
  const subscription = link.nc.subscribe(signalSubject(contract, '*'), {
    callback: (error, message) => {
      if (error) {
        log.error({ err: error, signal: contract.what }, 'listening to a signal failed');
        return;
      }
      const body = contract.body.safeParse(parseJson(message.string()));
      const from = message.subject.slice(message.subject.lastIndexOf('.') + 1);
      if (body.success) handler(body.data, from);
      else log.warn({ signal: contract.what, from }, 'a signal does not fit its contract');
    },
  });
  return {
    async [Symbol.asyncDispose]() {
      subscription.unsubscribe();
    },
  };
}
