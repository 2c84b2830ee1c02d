/** A message nobody answers and nobody keeps, such as a bridge's announcement. Lost ones are replaced by the next. */
import type { z } from 'zod';

export interface SignalContract<Body extends z.ZodType = z.ZodType> {
  readonly service: string;
  readonly what: string;
  readonly body: Body;
}

export function defineSignal<Body extends z.ZodType>(contract: SignalContract<Body>): SignalContract<Body> {
  return Object.freeze(contract);
}

/** `signal.v1.<service>.<what>.<from>`, where `from` is the sender's pod id. */
export function signalSubject(contract: SignalContract, from: string): string {
  return `signal.v1.${contract.service}.${contract.what}.${from}`;
}
