/** Line slots in the `lines` bucket: exact under races, because every one is taken by a create that only one can win. */
import { lineKey, lines } from '@frontdesk/contracts/kv/lines';
import type { Messaging } from '@frontdesk/messaging';
import { BLIND_TRIES, lineOrder } from '../../domain/lines.ts';

const READS_AT_ONCE = 64;

export interface TakenLine {
  line: number;
  /** The call had it before. */
  held: boolean;
}

export interface Lines {
  /** The line this call now occupies (the same one when it already had one), or nothing when all are busy. */
  take(businessId: string, callSid: string, maxLines: number): Promise<TakenLine | undefined>;
  /** The line this call has, wherever it is; costs a look at every busy line. */
  heldBy(businessId: string, callSid: string): Promise<number | undefined>;
  /** Keeps the line of a call whose bridge is gone until the next one takes care of it; taken again when it expired. */
  keep(businessId: string, callSid: string, line: number): Promise<void>;
  release(businessId: string, callSid: string, line: number): Promise<void>;
  /** How many are occupied right now. */
  busy(businessId: string): Promise<number>;
}

export async function createLines(messaging: Messaging): Promise<Lines> {
  const bucket = await messaging.bucket(lines);

  async function tryLine(businessId: string, callSid: string, line: number): Promise<TakenLine | undefined> {
    const key = lineKey(businessId, line);
    if ((await bucket.create(key, { callSid })) !== undefined) return { line, held: false };
    return (await bucket.get(key))?.value.callSid === callSid ? { line, held: true } : undefined;
  }

  async function heldBy(businessId: string, callSid: string): Promise<number | undefined> {
    const keys = await bucket.keys(`${businessId}.*`);
    for (let at = 0; at < keys.length; at += READS_AT_ONCE) {
      const some = keys.slice(at, at + READS_AT_ONCE);
      const holders = await Promise.all(some.map((key) => bucket.get(key)));
      const own = some[holders.findIndex((holder) => holder?.value.callSid === callSid)];
      if (own !== undefined) return Number(own.slice(own.lastIndexOf('.') + 1));
    }
    return undefined;
  }

  return {
    heldBy,
    async take(businessId, callSid, maxLines) {
      const order = lineOrder(callSid, maxLines);
      for (const line of order.slice(0, BLIND_TRIES)) {
        const taken = await tryLine(businessId, callSid, line);
        if (taken) return taken;
      }
      // A repeated webhook may have found its line further on, when those before it were busy.
      const own = await heldBy(businessId, callSid);
      if (own !== undefined) return { line: own, held: true };
      const busy = new Set(await bucket.keys(`${businessId}.*`));
      for (const line of order.slice(BLIND_TRIES)) {
        const taken = busy.has(lineKey(businessId, line)) ? undefined : await tryLine(businessId, callSid, line);
        if (taken) return taken;
      }
      return undefined;
    },
    async keep(businessId, callSid, line) {
      const key = lineKey(businessId, line);
      if ((await bucket.create(key, { callSid })) !== undefined) return;
      const held = await bucket.get(key);
      if (held?.value.callSid === callSid) await bucket.update(key, { callSid }, held.revision);
    },
    async release(businessId, callSid, line) {
      const key = lineKey(businessId, line);
      const held = await bucket.get(key);
      if (held?.value.callSid === callSid) await bucket.delete(key, held.revision);
    },
    async busy(businessId) {
      return (await bucket.keys(`${businessId}.*`)).length;
    },
  };
}
