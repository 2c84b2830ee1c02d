/**
 * A model that did not hear the first answer asks again under another tool call id: it means one appointment. A mother
 * who books 10:00 with Dana for herself and 10:00 with Eli for her son means two.
 */
import type { Appointment } from './appointment.ts';
import { wordsOf } from './words.ts';

export interface Asked {
  readonly resourceId: string;
  readonly anyResource: boolean;
  /** Undefined when a time is only to be held. */
  readonly customerName: string | undefined;
}

/** @param made what the call has already made for the same service and start */
export function sameRequest(made: readonly Appointment[], asked: Asked): Appointment | undefined {
  const isSamePlace = ({ resourceId }: Appointment) => resourceId === asked.resourceId;
  // What was held is for nobody yet, so that only its place can be compared.
  const isTheirs = ({ customer }: Appointment) =>
    customer === null || asked.customerName === undefined || isSameName(customer.name, asked.customerName);
  return (
    made.find((one) => isSamePlace(one) && isTheirs(one)) ??
    made.find((one) => asked.anyResource && asked.customerName !== undefined && one.customer !== null && isTheirs(one))
  );
}

function isSameName(one: string, other: string): boolean {
  const plain = (name: string) => wordsOf(name, new Set()).join(' ');
  return plain(one) === plain(other);
}
