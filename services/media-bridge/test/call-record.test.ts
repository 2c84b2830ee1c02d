/** Who owns a call: two bridges that believe they do must never both write about it. */
import { type CallHead, callEntryKey, callKey, calls } from '@frontdesk/contracts/kv/calls';
import { WireError } from '@frontdesk/contracts/wire-error';
import { systemClock } from '@frontdesk/lifecycle';
import type { Messaging } from '@frontdesk/messaging';
import { connectForTest } from '@frontdesk/messaging/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type CallRecords,
  createCallRecord,
  createCallRecords,
  Fenced,
} from '../src/outbound/call-record/call-record.ts';
import { createLines, type Lines } from '../src/outbound/lines.ts';
import { claimCall } from '../src/store/claimed-call.ts';
import { CALLER, NUMBER, newCallSid } from './peers/bridge.ts';

let messaging: Messaging;
let records: CallRecords;
let lines: Lines;

beforeAll(async () => {
  messaging = await connectForTest('media-bridge');
  records = await createCallRecords(messaging);
  lines = await createLines(messaging);
});
afterAll(async () => messaging[Symbol.asyncDispose]());

function headOf(callSid: string, podId: string): Omit<CallHead, 'epoch'> {
  return {
    version: 1,
    businessId: 'b-record',
    callSid,
    direction: 'inbound',
    from: CALLER,
    to: NUMBER,
    owner: { podId, address: '127.0.0.1:1' },
    phase: 'reserved',
    pendingTools: [],
    reservedAt: '2026-11-23T15:00:00Z',
  };
}

const entry = {
  kind: 'tool',
  seq: 0,
  toolCallId: 'c1',
  name: 'x',
  arguments: '{}',
  outcome: 'ok',
  output: '{}',
} as const;

describe('the record of a call', () => {
  // A webhook repeated by Twilio reserves a second bridge: it takes over, and the first one falls silent.
  it('is taken over while it is only reserved, and fences the first owner', async () => {
    const callSid = newCallSid();
    const first = records.of(callSid);
    const second = records.of(callSid);
    expect(await first.claim(headOf(callSid, 'bridge-1'))).toBe(1);
    expect(await second.claim(headOf(callSid, 'bridge-2'))).toBe(2);
    await expect(first.change((head) => ({ ...head, phase: 'ended' }))).rejects.toThrow(Fenced);
    await expect(first.remove(0)).rejects.toThrow(Fenced);
    await expect(first.check()).rejects.toThrow(Fenced);
    await expect(first.add({ ...entry, at: '2026-11-23T15:00:00Z' })).rejects.toThrow(Fenced);
    await second.change((head) => ({ ...head, phase: 'talking' }));
    await expect(records.of(callSid).claim(headOf(callSid, 'bridge-3'))).rejects.toThrow(Fenced);
    await second.remove(0);
  });

  it('keeps the first entry of a place, and accepts its repetition from the owner', async () => {
    const callSid = newCallSid();
    const record = records.of(callSid);
    await record.claim(headOf(callSid, 'bridge-1'));
    await record.add({ ...entry, at: '2026-11-23T15:00:00Z' });
    await record.add({ ...entry, at: '2026-11-23T15:00:00Z' });
    await record.remove(1);
    await expect(record.change((head) => ({ ...head }))).rejects.toThrow(Fenced);
  });

  // What an owner adds that is sure of its call and wrong, in the moment before it learns better.
  it('keeps the owner’s word where another bridge wrote without asking', async () => {
    const callSid = newCallSid();
    const first = records.of(callSid);
    const second = records.of(callSid);
    await first.claim(headOf(callSid, 'bridge-1'));
    await second.claim(headOf(callSid, 'bridge-2'));
    const at = '2026-11-23T15:00:00Z';
    await first.add({ ...entry, at, output: '{"by":"first"}' }, true);
    await second.add({ ...entry, at, output: '{"by":"second"}' });
    const bucket = await messaging.bucket(calls);
    expect((await bucket.get(callEntryKey(callSid, 0)))?.value).toMatchObject({ output: '{"by":"second"}' });
    await second.remove(1);
  });

  it('writes no head that is as it was', async () => {
    const callSid = newCallSid();
    const record = records.of(callSid);
    await record.claim(headOf(callSid, 'bridge-1'));
    const bucket = await messaging.bucket(calls);
    const before = await bucket.get(callKey(callSid));
    await record.change((head) => head);
    expect(await bucket.get(callKey(callSid))).toEqual(before);
    await record.change((head) => ({ ...head, phase: 'talking' }));
    expect((await bucket.get(callKey(callSid)))?.revision).toBeGreaterThan(before?.revision ?? 0);
    await record.remove(0);
  });
});

describe('a call left while the caller waited for an answer', () => {
  it('is known as such to the bridge that takes it, and to no later one', async () => {
    const callSid = newCallSid();
    const first = records.of(callSid);
    const epoch = await first.claim(headOf(callSid, 'bridge-1'));
    await first.change((head) => ({ ...head, phase: 'talking', leftUnnoticed: true }));
    const owner = { podId: 'bridge-2', address: '127.0.0.1:2' };
    const wanted = { owner, businessId: 'b-record', expectedEpoch: epoch };
    const second = records.of(callSid);
    expect(await second.takeOver(wanted)).toMatchObject({ leftUnnoticed: true, head: { owner, epoch: epoch + 1 } });
    const again = { ...wanted, owner: { ...owner, podId: 'bridge-3' }, expectedEpoch: epoch + 1 };
    const third = records.of(callSid);
    expect(await third.takeOver(again)).toMatchObject({ leftUnnoticed: false });
    await third.remove(0);
  });
});

// Pins: a live call left alone because NATS was away before its record could be written; a call that is claimed, by its
// record, by a bridge that has no place for it.
describe('a record that cannot be reached for a moment', () => {
  it('is nobody else’s while it is not written', async () => {
    await expect(records.of(newCallSid()).check()).resolves.toBe(undefined);
  });

  it.each(['the claim is confirmed', 'the entries are read'])(
    'is taken over when it breaks off before %s',
    async (which) => {
      const callSid = newCallSid();
      const first = records.of(callSid);
      const epoch = await first.claim(headOf(callSid, 'bridge-1'));
      await first.change((head) => ({ ...head, phase: 'talking', leftUnnoticed: true }));
      await first.add({ ...entry, at: '2026-11-23T15:00:00Z' });
      const bucket = await messaging.bucket(calls);
      let failures = 0;
      const away = (): never => {
        failures += 1;
        throw new WireError('unavailable', 'the bucket calls cannot be reached now');
      };
      const shaky: typeof bucket = {
        ...bucket,
        async update(...write) {
          const revision = await bucket.update(...write);
          return which === 'the claim is confirmed' && failures === 0 ? away() : revision;
        },
        async get(key) {
          return key !== callSid && failures === 0 ? away() : bucket.get(key);
        },
      };
      const owner = { podId: 'bridge-2', address: '127.0.0.1:2' };
      const callRecords = { of: (sid: string) => createCallRecord(shaky, sid) };
      const wanted = { callSid, businessId: 'b-record', epoch };
      const claimed = await claimCall({ clock: systemClock, callRecords }, owner, wanted);
      expect(failures).toBe(1);
      expect(claimed).toMatchObject({
        ...{ head: { owner, epoch: epoch + 1 }, entries: [entry], leftUnnoticed: true },
      });
      if (typeof claimed !== 'string') await claimed.record.remove(1);
    },
  );

  it('is not claimed a second time when it could not be read at all', async () => {
    const bucket = await messaging.bucket(calls);
    let reads = 0;
    const get = async () => {
      reads += 1;
      throw new WireError('unavailable', 'the bucket calls cannot be reached now');
    };
    const callRecords = { of: (sid: string) => createCallRecord({ ...bucket, get }, sid) };
    const owner = { podId: 'bridge-2', address: '127.0.0.1:2' };
    const wanted = { callSid: newCallSid(), businessId: 'b-record', epoch: 1 };
    await expect(claimCall({ clock: systemClock, callRecords }, owner, wanted)).rejects.toThrow('cannot be reached');
    expect(reads).toBe(1);
  });
});

describe('a line slot', () => {
  it('is renewed by its call, taken again when it was lost, and never taken from another', async () => {
    const [own, other] = [newCallSid(), newCallSid()];
    const place = { businessId: 'b-record', line: 7 };
    const ours = lines.of({ ...place, callSid: own });
    const theirs = lines.of({ ...place, callSid: other });
    expect(await ours.renew()).toBe(true);
    expect(await ours.renew()).toBe(true);
    expect(await theirs.renew()).toBe(false);
    await theirs.release();
    expect(await ours.renew()).toBe(true);
    await ours.release();
    expect(await theirs.renew()).toBe(true);
    // The revision it remembers is nobody's any more.
    expect(await ours.renew()).toBe(false);
    expect(await theirs.renew()).toBe(true);
    await theirs.release();
    expect(await ours.renew()).toBe(true);
    // Another process of the same call wrote it in the meantime.
    expect(await lines.of({ ...place, callSid: own }).renew()).toBe(true);
    expect(await ours.renew()).toBe(true);
    await ours.release();
  });
});
