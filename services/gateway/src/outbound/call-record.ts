/** The records of live calls, read only: who owns a call, and what is to come when nobody does. */
import { type CallHead, callKey, calls } from '@frontdesk/contracts/kv/calls';
import type { Messaging } from '@frontdesk/messaging';

export interface CallRecords {
  /** `over` for a call that was finalised, undefined for one that never had a record. @throws WireError */
  head(callSid: string): Promise<CallHead | 'over' | undefined>;
}

export async function createCallRecords(messaging: Messaging): Promise<CallRecords> {
  const bucket = await messaging.bucket(calls);
  return {
    async head(callSid) {
      const found = await bucket.find(callKey(callSid));
      if (found === undefined) return undefined;
      // The record of a call is deleted when everything about it has been told.
      if (found === 'deleted') return 'over';
      return 'kind' in found.value ? undefined : found.value;
    },
  };
}
