/**
 * The call's record in the `calls` bucket: what another bridge would need to take the call over.
 *
 * The head is changed by compare-and-set and names its owner with a fencing epoch. Whoever finds another owner there has
 * lost the call and must write nothing more about it: `Fenced`. Entries are written once.
 */
import { type CallEntry, type CallHead, callEntryKey, callKey, calls } from '@frontdesk/contracts/kv/calls';
import type { Bucket, Messaging } from '@frontdesk/messaging';
import type { z } from 'zod';

/** The call belongs to another bridge. */
export class Fenced extends Error {
  override readonly name = 'Fenced';
}

export interface CallRecord {
  /**
   * Makes this bridge the owner. A call that was only reserved elsewhere (a repeated webhook) is taken over.
   * @returns the epoch it owns the call with
   * @throws Fenced when the call is in conversation elsewhere
   */
  claim(head: Omit<CallHead, 'epoch'>): Promise<number>;
  /** @throws Fenced */
  change(change: (head: CallHead) => CallHead): Promise<void>;
  /** Repeatable. @throws Fenced when another owner wrote this entry */
  add(entry: CallEntry): Promise<void>;
  /** @param entries how many were added */
  remove(entries: number): Promise<void>;
}

export interface CallRecords {
  of(callSid: string): CallRecord;
}

type Records = Bucket<z.output<typeof calls.value>>;

export async function createCallRecords(messaging: Messaging): Promise<CallRecords> {
  const bucket = await messaging.bucket(calls);
  return { of: (callSid) => createCallRecord(bucket, callSid) };
}

export function createCallRecord(bucket: Records, callSid: string): CallRecord {
  const key = callKey(callSid);
  let owned: { head: CallHead; revision: number } | undefined;

  async function stored(): Promise<{ head: CallHead; revision: number } | undefined> {
    const found = await bucket.get(key);
    if (found === undefined || 'kind' in found.value) return undefined;
    return { head: found.value, revision: found.revision };
  }

  /** The head as it is now, when it is still ours: a write of ours may have arrived without its confirmation. */
  async function reread(): Promise<{ head: CallHead; revision: number }> {
    const found = await stored();
    if (owned === undefined || found === undefined) throw new Fenced('the call has no record');
    const { owner, epoch } = owned.head;
    if (found.head.epoch !== epoch || found.head.owner.podId !== owner.podId)
      throw new Fenced('the call was taken over');
    return found;
  }

  return {
    async claim(wanted) {
      const first = { ...wanted, epoch: 1 };
      const created = await bucket.create(key, first);
      if (created !== undefined) {
        owned = { head: first, revision: created };
        return 1;
      }
      const found = await stored();
      const ours = found?.head.owner.podId === wanted.owner.podId;
      if (found === undefined || (found.head.phase !== 'reserved' && !ours)) throw new Fenced('the call is elsewhere');
      const head = { ...wanted, epoch: found.head.epoch + 1 };
      const revision = await bucket.update(key, head, found.revision);
      if (revision === undefined) throw new Fenced('the call was taken at the same moment');
      owned = { head, revision };
      return head.epoch;
    },
    async change(change) {
      if (owned === undefined) throw new Fenced('the call was never claimed');
      const head = change(owned.head);
      const revision = await bucket.update(key, head, owned.revision);
      if (revision !== undefined) {
        owned = { head, revision };
        return;
      }
      const found = await reread();
      const again = change(found.head);
      const second = await bucket.update(key, again, found.revision);
      if (second === undefined) throw new Fenced('the call was taken at the same moment');
      owned = { head: again, revision: second };
    },
    async add(entry) {
      if ((await bucket.create(callEntryKey(callSid, entry.seq), entry)) === undefined) await reread();
    },
    async remove(entries) {
      if (owned === undefined || !(await bucket.delete(key, owned.revision)))
        throw new Fenced('the call was taken over');
      for (let seq = 0; seq < entries; seq += 1) await bucket.delete(callEntryKey(callSid, seq));
    },
  };
}
