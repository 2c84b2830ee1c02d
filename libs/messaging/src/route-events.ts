/** Typed handlers for `consume`: `consume({ durable, ...routeEvents(on(callEnded, async (event) => …)) })`. */
import type { CloudEvent, EventContract } from '@frontdesk/contracts/event';
import type { z } from 'zod';
import type { ConsumeOptions, Delivery } from './types.ts';

export interface EventRoute {
  readonly contract: EventContract;
  readonly handle: (event: CloudEvent, delivery: Delivery) => Promise<void>;
}

export function on<Data extends z.ZodType>(
  contract: EventContract<Data>,
  handle: (event: CloudEvent<z.output<Data>>, delivery: Delivery) => Promise<void>,
): EventRoute {
  // `consume` has parsed the data by this contract already; parsing what was parsed gives the same, typed.
  return {
    contract,
    handle: (event, delivery) => handle({ ...event, data: contract.data.parse(event.data) }, delivery),
  };
}

export function routeEvents(...routes: EventRoute[]): Pick<ConsumeOptions, 'contracts' | 'handle'> {
  return {
    contracts: routes.map((route) => route.contract),
    async handle(event, contract, delivery) {
      await routes.find((route) => route.contract === contract)?.handle(event, delivery);
    },
  };
}
