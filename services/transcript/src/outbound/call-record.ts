/** The live record of a call whose bridge is gone: read, taken from the bridge should it wake up, and removed. */
import { type CallEntry, type CallHead, callKey, calls } from '@frontdesk/contracts/kv/calls';
import type { Messaging } from '@frontdesk/messaging';

export interface LeftRecord {
  head: CallHead;
  /** In the order of their numbers. */
  entries: CallEntry[];
  revision: number;
}

export interface CallRecords {
  /**
   * Takes the record: whoever owned it finds its epoch stale and writes nothing more.
   *
   * @param businessId whoever asks: a CallSid is no secret, and another business's call may be alive
   * @returns undefined when that business has none, `in_use` when its owner wrote at the same moment
   * @throws WireError when NATS cannot be asked
   */
  take(callSid: string, businessId: string): Promise<LeftRecord | 'in_use' | undefined>;
  /** @throws WireError */
  remove(record: LeftRecord): Promise<void>;
}

export async function createCallRecords(messaging: Messaging): Promise<CallRecords> {
  const bucket = await messaging.bucket(calls);
  const entryKeys = (callSid: string) => bucket.keys(`${callKey(callSid)}.turn.*`);

  return {
    async take(callSid, businessId) {
      const found = await bucket.get(callKey(callSid));
      if (!found || 'kind' in found.value || found.value.businessId !== businessId) return undefined;
      const head: CallHead = { ...found.value, epoch: found.value.epoch + 1 };
      const revision = await bucket.update(callKey(callSid), head, found.revision);
      if (revision === undefined) return 'in_use';
      const read = await Promise.all((await entryKeys(callSid)).map((key) => bucket.get(key)));
      const entries = read.flatMap((entry) => (entry && 'kind' in entry.value ? [entry.value] : []));
      return { head, revision, entries: entries.toSorted((one, other) => one.seq - other.seq) };
    },
    async remove({ head: { callSid }, revision }) {
      // The head last: while it is there, a try that was broken off is found and finished.
      for (const key of await entryKeys(callSid)) await bucket.delete(key);
      await bucket.delete(callKey(callSid), revision);
    },
  };
}
