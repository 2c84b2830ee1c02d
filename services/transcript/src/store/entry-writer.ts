/** Keeps the entries of a conversation. An entry is written once: its number in the call makes a repeat harmless. */
import type { ToolOutcome, TurnData } from '@frontdesk/contracts/events/call';
import { type TenantTransaction, tell } from '@frontdesk/persistence';
import type { CallKey } from './call-writer.ts';
import type { TranscriptSchema } from './schema.ts';

type Tx = TenantTransaction<TranscriptSchema>;

export interface NewToolCall {
  seq: number;
  toolCallId: string;
  name: string;
  arguments: string;
  outcome: ToolOutcome;
  output: string;
  startedAt: string;
  durationMs: number;
}

/** How one entry is written. */
export type EntryInsert = ReturnType<typeof turnInsert> | ReturnType<typeof toolCallInsert>;

/** @returns whether it was new; undefined where nobody waited to see that */
export async function keepEntry(tx: Tx, insert: EntryInsert, mustKnow: boolean): Promise<boolean | undefined> {
  if (!mustKnow) {
    await tell(tx, insert);
    return undefined;
  }
  const { numInsertedOrUpdatedRows } = await insert.executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

export function turnInsert(tx: Tx, key: CallKey, turn: TurnData) {
  return tx
    .insertInto('turns')
    .values({
      business_id: key.businessId,
      call_sid: key.callSid,
      seq: turn.seq,
      role: turn.role,
      text: storable(turn.text),
      started_at: turn.startedAt,
      ended_at: turn.endedAt,
      interrupted: turn.interrupted,
    })
    .onConflict((conflict) => conflict.doNothing());
}

export function toolCallInsert(tx: Tx, key: CallKey, call: NewToolCall) {
  return tx
    .insertInto('tool_calls')
    .values({
      business_id: key.businessId,
      call_sid: key.callSid,
      seq: call.seq,
      tool_call_id: call.toolCallId,
      name: storable(call.name),
      arguments: storable(call.arguments),
      outcome: call.outcome,
      output: storable(call.output),
      started_at: call.startedAt,
      duration_ms: call.durationMs,
    })
    .onConflict((conflict) => conflict.doNothing());
}

/** PostgreSQL's text holds no NUL, and one in a model's arguments must not cost the call its transcript. */
function storable(text: string): string {
  return text.replaceAll('\u0000', '');
}
