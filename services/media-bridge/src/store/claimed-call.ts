/** A call another bridge had, as its record tells it. */
import type { CallEntry } from '@frontdesk/contracts/kv/calls';
import { sleep } from '@frontdesk/lifecycle';
import type { Context } from '../context.ts';
import type { CallClock } from '../domain/call-clock.ts';
import type { ResumedCall } from '../domain/session-facts.ts';
import { recordedRequest } from '../domain/tools/recorded-request.ts';
import type { SpokenTurn, ToolUse } from '../domain/transcript.ts';
import type { CallRecord, TakenOver } from '../outbound/call-record/call-record.ts';

/** Its record is this bridge's. */
export interface ClaimedCall extends TakenOver {
  record: CallRecord;
}

/** A loss of NATS that is over by then costs no call. */
const TRY_AGAIN_AFTER_MS = 250;

/**
 * Claims the call before anything is opened for it. A claim that was begun is tried once more when it fails: the gateway
 * reads in the record that the call is here, and sends its stream.
 * @returns why it cannot be had
 */
export async function claimCall(
  { clock, callRecords }: Pick<Context, 'clock' | 'callRecords'>,
  owner: { podId: string; address: string },
  { callSid, businessId, epoch }: { callSid: string; businessId: string; epoch?: number },
): Promise<ClaimedCall | 'claimed_elsewhere' | 'call_over'> {
  const record = callRecords.of(callSid);
  const wanted = { owner, businessId, expectedEpoch: epoch };
  const taken = await record.takeOver(wanted).catch(async (error: unknown) => {
    if (!record.mayBeClaimed()) throw error;
    await sleep(clock, TRY_AGAIN_AFTER_MS);
    return record.takeOver(wanted);
  });
  return typeof taken === 'string' ? taken : { ...taken, record };
}

/** The past of a call, on this call's clock. */
export function resumedCall({ head, entries, leftUnnoticed }: TakenOver, clock: CallClock): ResumedCall {
  const ms = (instant: string) => clock.msOf(Temporal.Instant.from(instant));
  const tools = entries.filter((entry) => entry.kind === 'tool');
  const settled = new Set(tools.map(({ toolCallId }) => toolCallId));
  const usage = entries.findLast((entry) => entry.usage !== undefined)?.usage;
  return {
    entries: entries.map((entry) => pastEntry(entry, ms)),
    offers: [head, ...tools].flatMap(({ offers = [] }) => offers),
    appointments: [head, ...tools].flatMap(({ appointments = [] }) => appointments),
    unsettled: head.pendingTools
      .filter(({ toolCallId }) => !settled.has(toolCallId))
      .map((intent) => ({ intent, request: recordedRequest(intent.request) })),
    ...(head.startedAt === undefined ? {} : { startedAtMs: ms(head.startedAt) }),
    ...(usage === undefined ? {} : { usage }),
    ...(leftUnnoticed ? { unnoticed: true } : {}),
  };
}

function pastEntry(entry: CallEntry, ms: (instant: string) => number): SpokenTurn | ToolUse {
  if (entry.kind === 'turn') {
    const { kind, role, text, interrupted, startedAt, endedAt } = entry;
    return { kind, role, text, interrupted, startedAtMs: ms(startedAt), endedAtMs: ms(endedAt) };
  }
  const { kind, toolCallId, name, outcome, output, at } = entry;
  return {
    kind,
    toolCallId,
    name,
    arguments: entry.arguments,
    outcome,
    output,
    startedAtMs: ms(at),
    endedAtMs: ms(at),
  };
}
