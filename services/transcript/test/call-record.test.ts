// Pins: a business that ends the live call of another by claiming, in its own name, that this CallSid is over.
import { randomBytes } from 'node:crypto';
import { callKey, calls } from '@frontdesk/contracts/kv/calls';
import { connectForTest } from '@frontdesk/messaging/testing';
import { expect, it } from 'vitest';
import { createCallRecords } from '../src/outbound/call-record.ts';

it('a record is taken for the business whose call it is, and for no other', async () => {
  await using bridge = await connectForTest('media-bridge');
  await using transcript = await connectForTest('transcript');
  const callSid = `CA${randomBytes(16).toString('hex')}`;
  const bucket = await bridge.bucket(calls);
  await bucket.create(callKey(callSid), {
    ...{ version: 1, businessId: 'b-owner', callSid, direction: 'inbound', from: null, to: '+13125550100' },
    ...{ owner: { podId: 'bridge-9', address: '127.0.0.1:9' }, epoch: 1, phase: 'talking', pendingTools: [] },
    reservedAt: '2026-11-20T15:00:00Z',
  });
  const before = await bucket.get(callKey(callSid));
  const records = await createCallRecords(transcript);
  expect(await records.take(callSid, 'b-stranger')).toBeUndefined();
  expect(await bucket.get(callKey(callSid))).toEqual(before);
  expect(await records.take(callSid, 'b-owner')).toMatchObject({ head: { businessId: 'b-owner', epoch: 2 } });
});
