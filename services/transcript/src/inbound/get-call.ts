import { getCall } from '@frontdesk/contracts/transcript/get-call';
import { WireError } from '@frontdesk/contracts/wire-error';
import type { Context } from '../context.ts';
import { findCall, readToolCalls, readTurns } from '../store/call-reader.ts';

export async function serveGetCall({ messaging, db }: Context): Promise<void> {
  await messaging.serve(getCall, ({ callSid }, { businessId }) =>
    db.readAsTenant(businessId, { kind: 'service', id: 'transcript' }, async (tx) => {
      const key = { businessId, callSid };
      const call = await findCall(tx, key);
      if (!call) throw new WireError('not_found', 'there is no such call');
      return { ...call, turns: await readTurns(tx, key), toolCalls: await readToolCalls(tx, key) };
    }),
  );
}
