/** A made-up call and the events it causes, to be published in whatever order a test wants. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { EventContract } from '@frontdesk/contracts/event';
import { appointmentBooked } from '@frontdesk/contracts/events/appointment';
import {
  callCompleted,
  callEnded,
  callRejected,
  callStarted,
  callToolCalled,
  callTurn,
  type EndReason,
} from '@frontdesk/contracts/events/call';
import type { Messaging } from '@frontdesk/messaging';

export const newBusiness = () => `b-${randomBytes(6).toString('hex')}`;
export const newCallSid = () => `CA${randomBytes(16).toString('hex')}`;

export interface Publishable {
  contract: EventContract;
  id: string;
  subject: string;
  sequence: number;
  data: unknown;
}

export interface CallOptions {
  callSid?: string;
  startedAt?: string;
  from?: string | null;
  to?: string;
  direction?: 'inbound' | 'outbound';
}

export function aCall(options: CallOptions = {}) {
  const { callSid = newCallSid(), startedAt = '2026-11-20T15:00:00Z', from = '+13125550142' } = options;
  const start = Temporal.Instant.from(startedAt);
  const at = (seconds: number) => start.add({ seconds }).toString();
  const leg = { callSid, direction: options.direction ?? ('inbound' as const), from, to: options.to ?? '+13125550100' };
  const usage = { inputTokens: 1, outputTokens: 2, cachedTokens: 0, audioInputTokens: 3, audioOutputTokens: 4 };
  const make = (contract: EventContract, id: string, sequence: number, data: object): Publishable => ({
    contract,
    id: `${callSid}:${id}`,
    subject: callSid,
    sequence,
    data,
  });

  return {
    callSid,
    started: () => make(callStarted, 'started', 0, { ...leg, startedAt: at(0) }),
    turn: (seq: number, role: 'caller' | 'receptionist', text: string) =>
      make(callTurn, `1:${seq}`, seq + 1, {
        callSid,
        seq,
        role,
        text,
        startedAt: at(seq * 5),
        endedAt: at(seq * 5 + 3),
        interrupted: false,
      }),
    tool: (seq: number, name: string) =>
      make(callToolCalled, `1:${seq}`, seq + 1, {
        callSid,
        seq,
        toolCallId: `call_${seq}`,
        name,
        arguments: '{"day":"any"}',
        outcome: 'ok',
        output: '{"slots":[]}',
        startedAt: at(seq * 5),
        durationMs: 12,
      }),
    ended: (entries: number, reason: EndReason = 'goodbye', language = 'en') =>
      make(callEnded, 'ended', 999, { ...leg, startedAt: at(0), endedAt: at(60), reason, entries, language, usage }),
    completed: (status = 'completed') =>
      make(callCompleted, 'completed', 1_000, { ...leg, status, durationSeconds: 62, at: at(61) }),
    rejected: () => make(callRejected, 'rejected', 0, { callSid, from, to: leg.to, reason: 'lines_busy', at: at(0) }),
    booked: () =>
      make(appointmentBooked, `booked`, 1, {
        appointmentId: randomUUID(),
        serviceId: randomUUID(),
        serviceName: 'Furnace inspection',
        resourceId: randomUUID(),
        resourceName: 'Dana',
        startsAt: at(86_400),
        endsAt: at(90_000),
        timeZone: 'America/Chicago',
        customer: { name: 'Maria Lopez', phone: '+13125550142' },
        callSid,
      }),
  };
}

/** Publishes one after the other, so that a test decides the order on the stream. */
export async function publish(messaging: Messaging, businessId: string, ...events: Publishable[]): Promise<void> {
  for (const { contract, data, ...event } of events) {
    await messaging.publishEvent(contract, { ...event, businessId, time: Temporal.Now.instant(), data });
  }
}
