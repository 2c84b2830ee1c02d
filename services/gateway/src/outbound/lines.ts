/** Line slots in the `lines` bucket: exact under races, because every one is taken by a create that only one can win. */
import { lineKey, lines } from '@frontdesk/contracts/kv/lines';
import type { Messaging } from '@frontdesk/messaging';
import { BLIND_TRIES, lineOrder } from '../domain/lines.ts';

export interface Lines {
  /** The line this call now occupies (the same one when it already had one), or nothing when all are busy. */
  take(businessId: string, callSid: string, maxLines: number): Promise<number | undefined>;
  release(businessId: string, line: number): Promise<void>;
}

export async function createLines(messaging: Messaging): Promise<Lines> {
  const bucket = await messaging.bucket(lines);

  async function tryLine(businessId: string, callSid: string, line: number): Promise<boolean> {
    const key = lineKey(businessId, line);
    if ((await bucket.create(key, { callSid })) !== undefined) return true;
    return (await bucket.get(key))?.value.callSid === callSid;
  }

  return {
    async take(businessId, callSid, maxLines) {
      const order = lineOrder(callSid, maxLines);
      for (const line of order.slice(0, BLIND_TRIES)) {
        if (await tryLine(businessId, callSid, line)) return line;
      }
      const taken = new Set(await bucket.keys(`${businessId}.*`));
      for (const line of order.slice(BLIND_TRIES)) {
        if (!taken.has(lineKey(businessId, line)) && (await tryLine(businessId, callSid, line))) return line;
      }
      return undefined;
    },
    async release(businessId, line) {
      await bucket.delete(lineKey(businessId, line));
    },
  };
}
