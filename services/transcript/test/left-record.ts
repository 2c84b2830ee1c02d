/** What a bridge that died leaves behind of a call, and what the stream holds of a business afterwards. */
import { type CallEntry, type CallHead, callEntryKey, calls } from '@frontdesk/contracts/kv/calls';
import type { Messaging } from '@frontdesk/messaging';
import { connectForTest } from '@frontdesk/messaging/testing';
import { z } from 'zod';

export function headOf(businessId: string, callSid: string): CallHead {
  return {
    version: 1,
    businessId,
    callSid,
    direction: 'inbound',
    from: '+13125550142',
    to: '+13125550100',
    owner: { podId: 'bridge-9', address: '127.0.0.1:9' },
    epoch: 1,
    phase: 'talking',
    pendingTools: [],
    reservedAt: '2026-11-20T15:00:00Z',
    startedAt: '2026-11-20T15:00:00Z',
  };
}

/** The receptionist begins, and the caller answers in turn. */
export function entryOf(seq: number, text: string): CallEntry {
  return {
    kind: 'turn',
    seq,
    role: seq % 2 === 0 ? 'receptionist' : 'caller',
    text,
    startedAt: `2026-11-20T15:00:0${seq}Z`,
    endedAt: `2026-11-20T15:00:0${seq}.500Z`,
    interrupted: false,
  };
}

/** A call in the middle of these turns. @returns where its record is */
export async function leaveRecord(bridge: Messaging, businessId: string, callSid: string, ...texts: string[]) {
  const bucket = await bridge.bucket(calls);
  await bucket.create(callSid, headOf(businessId, callSid));
  for (const [seq, text] of texts.entries()) await bucket.create(callEntryKey(callSid, seq), entryOf(seq, text));
  return bucket;
}

/** How many events of each kind the stream holds about a business. */
export async function storedCounts(businessId: string): Promise<unknown> {
  await using reader = await connectForTest('admin');
  const filter = JSON.stringify({ subjects_filter: `events.${businessId}.>` });
  const info = (await reader.raw.request('$JS.API.STREAM.INFO.EVENTS', filter)).json();
  return z.object({ state: z.object({ subjects: z.record(z.string(), z.number()) }) }).parse(info).state.subjects;
}
