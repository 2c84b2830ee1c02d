/** Keeps a call's line slot from expiring while the call lives, and frees it at the end. */
import { lineKey, lines } from '@frontdesk/contracts/kv/lines';
import type { Messaging } from '@frontdesk/messaging';

export interface Lines {
  /** Taken again when it has expired. @returns false when another call holds it now, which ends nobody's call */
  renew(businessId: string, line: number, callSid: string): Promise<boolean>;
  release(businessId: string, line: number, callSid: string): Promise<void>;
}

export async function createLines(messaging: Messaging): Promise<Lines> {
  const bucket = await messaging.bucket(lines);
  return {
    async renew(businessId, line, callSid) {
      const key = lineKey(businessId, line);
      const held = await bucket.get(key);
      if (held === undefined) return (await bucket.create(key, { callSid })) !== undefined;
      if (held.value.callSid !== callSid) return false;
      return (await bucket.update(key, { callSid }, held.revision)) !== undefined;
    },
    async release(businessId, line, callSid) {
      const key = lineKey(businessId, line);
      const held = await bucket.get(key);
      if (held?.value.callSid === callSid) await bucket.delete(key, held.revision);
    },
  };
}
