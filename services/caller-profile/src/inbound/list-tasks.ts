import { listTasks } from '@frontdesk/contracts/caller-profile/list-tasks';
import { WireError } from '@frontdesk/contracts/wire-error';
import type { Context } from '../context.ts';
import { decodeCursor, encodeCursor } from '../domain/task-cursor.ts';
import { findTasks } from '../store/task-reader.ts';

export async function serveListTasks({ messaging, db }: Context): Promise<void> {
  await messaging.serve(listTasks, async ({ cursor, limit, state }, { businessId }) => {
    const after = cursor === undefined ? undefined : decodeCursor(cursor);
    if (cursor !== undefined && !after) {
      throw new WireError('invalid', 'the cursor is not one of this list', {
        issues: [{ path: 'cursor', message: 'must be the nextCursor of an earlier page' }],
      });
    }
    // One more than asked for tells whether there is another page.
    const found = await db.readAsTenant(businessId, { kind: 'service', id: 'caller-profile' }, (tx) =>
      findTasks(tx, businessId, { state, after, limit: limit + 1 }),
    );
    const tasks = found.slice(0, limit);
    const last = tasks.at(-1);
    return { tasks, nextCursor: last && found.length > limit ? encodeCursor(last) : null };
  });
}
