/**
 * The call's record in the `calls` bucket: what another bridge would need to take the call over.
 *
 * The head is changed by compare-and-set and names its owner with a fencing epoch. Whoever finds another owner there has
 * lost the call and must write nothing more about it: `Fenced`. Entries are written once.
 */
import { isDeepStrictEqual } from 'node:util';
import { type CallEntry, type CallHead, callEntryKey, callKey, calls } from '@frontdesk/contracts/kv/calls';
import type { Bucket, Messaging } from '@frontdesk/messaging';
import type { z } from 'zod';

/** Entries asked for side by side. */
const READ_AT_ONCE = 16;

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
  /**
   * Takes the call over from an owner that is gone. Repeatable: a claim that arrived is ours, though nobody confirmed it
   * or its entries could not be read.
   * @param wanted `expectedEpoch` is that owner's, when it is known: another one means that somebody was quicker
   * @returns its head as it is now and everything recorded of it; or why not
   */
  takeOver(wanted: {
    owner: CallHead['owner'];
    businessId: string;
    expectedEpoch?: number;
  }): Promise<TakenOver | 'claimed_elsewhere' | 'call_over'>;
  /** What is not written yet is nobody else's either. @throws Fenced when the call is not ours any more */
  check(): Promise<void>;
  /**
   * @param change what it gives back as it is needs no write
   * @throws Fenced
   */
  change(change: (head: CallHead) => CallHead): Promise<void>;
  /**
   * Repeatable.
   * @param isOurs known without asking: a request less
   * @throws Fenced when the call is not ours any more
   */
  add(entry: CallEntry, isOurs?: boolean): Promise<void>;
  /** @param entries how many were added */
  remove(entries: number): Promise<void>;
  /** The call was to be taken over, and the record may say that it was. */
  mayBeClaimed(): boolean;
}

export interface TakenOver {
  head: CallHead;
  /** In order, without a gap. */
  entries: CallEntry[];
  /** The owner before left it so. */
  leftUnnoticed?: boolean;
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
  /** The last try to take the call over, whether or not it is known to have arrived. */
  let claim: { epoch: number; leftUnnoticed: boolean } | undefined;

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

  async function mustBeOurs(): Promise<void> {
    // Nearly always our last write is the last one.
    if (owned === undefined || !(await bucket.isAt(key, owned.revision))) await reread();
  }

  async function entryAt(seq: number): Promise<{ entry: CallEntry; revision: number } | undefined> {
    const found = await bucket.get(callEntryKey(callSid, seq));
    return found && 'kind' in found.value ? { entry: found.value, revision: found.revision } : undefined;
  }

  async function entriesFromStart(): Promise<CallEntry[]> {
    const entries: CallEntry[] = [];
    for (;;) {
      const seqs = Array.from({ length: READ_AT_ONCE }, (_, index) => entries.length + index);
      const read = await Promise.all(seqs.map(entryAt));
      const firstMissing = read.indexOf(undefined);
      entries.push(
        ...read.slice(0, firstMissing === -1 ? undefined : firstMissing).flatMap((each) => each?.entry ?? []),
      );
      if (firstMissing !== -1) return entries;
    }
  }

  return {
    mayBeClaimed() {
      return claim !== undefined;
    },
    async takeOver({ owner, businessId, expectedEpoch }) {
      const found = await stored();
      if (found === undefined || found.head.phase === 'ending' || found.head.phase === 'ended') return 'call_over';
      if (found.head.businessId !== businessId) return 'call_over';
      if (claim !== undefined && found.head.epoch === claim.epoch && found.head.owner.podId === owner.podId) {
        owned = found;
        return { head: found.head, entries: await entriesFromStart(), leftUnnoticed: claim.leftUnnoticed };
      }
      if (expectedEpoch !== undefined && found.head.epoch !== expectedEpoch) return 'claimed_elsewhere';
      const { leftUnnoticed = false, ...left } = found.head;
      const head = { ...left, owner, epoch: left.epoch + 1 };
      claim = { epoch: head.epoch, leftUnnoticed };
      const revision = await bucket.update(key, head, found.revision);
      if (revision === undefined) return 'claimed_elsewhere';
      owned = { head, revision };
      // Read after the claim: nothing is added to it any more by anybody else.
      return { head, entries: await entriesFromStart(), leftUnnoticed };
    },
    async check() {
      if (owned !== undefined) await mustBeOurs();
    },
    async claim(wanted) {
      const first = { ...wanted, epoch: 1 };
      const created = await bucket.create(key, first);
      if (created !== undefined) {
        owned = { head: first, revision: created };
        return 1;
      }
      const found = await stored();
      const ours = found?.head.owner.podId === wanted.owner.podId;
      if (found !== undefined && found.head.businessId !== wanted.businessId)
        throw new Fenced('the call is another business’s');
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
      if (head === owned.head) return;
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
    async add(entry, isOurs = false) {
      if (!isOurs) await mustBeOurs();
      const entryKey = callEntryKey(callSid, entry.seq);
      if ((await bucket.create(entryKey, entry)) !== undefined) return;
      // Ours from before, or from an owner that did not know yet that it was none: the owner's word counts.
      const before = await entryAt(entry.seq);
      if (before === undefined || isDeepStrictEqual(before.entry, entry)) return;
      await bucket.update(entryKey, entry, before.revision);
    },
    async remove(entries) {
      if (owned === undefined) throw new Fenced('the call was never claimed');
      if (!(await bucket.delete(key, owned.revision)) && (await stored()) !== undefined) {
        const found = await reread();
        if (!(await bucket.delete(key, found.revision))) throw new Fenced('the call was taken over');
      }
      for (let seq = 0; seq < entries; seq += 1) await bucket.delete(callEntryKey(callSid, seq));
    },
  };
}
