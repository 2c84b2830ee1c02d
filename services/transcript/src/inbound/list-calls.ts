import { listCalls } from '@frontdesk/contracts/transcript/list-calls';
import { WireError } from '@frontdesk/contracts/wire-error';
import type { Context } from '../context.ts';
import { decodeCursor, encodeCursor } from '../domain/cursor.ts';
import { findCalls } from '../store/call-reader.ts';

export async function serveListCalls({ messaging, db }: Context): Promise<void> {
  await messaging.serve(listCalls, async ({ cursor, limit, ...filter }, { businessId }) => {
    const after = cursor === undefined ? undefined : decodeCursor(cursor);
    if (cursor !== undefined && !after) {
      throw new WireError('invalid', 'the cursor is not one of this list', {
        issues: [{ path: 'cursor', message: 'must be the nextCursor of an earlier page' }],
      });
    }
    // One more than asked for tells whether there is another page.
    const found = await db.readAsTenant(businessId, { kind: 'service', id: 'transcript' }, (tx) =>
      findCalls(tx, businessId, { ...filter, after, limit: limit + 1 }),
    );
    const calls = found.slice(0, limit);
    const last = calls.at(-1);
    return { calls, nextCursor: last && found.length > limit ? encodeCursor(last) : null };
  });
}
