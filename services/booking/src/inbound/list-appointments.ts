import { listAppointments } from '@frontdesk/contracts/booking/list-appointments';
import { WireError } from '@frontdesk/contracts/wire-error';
import { actorOf } from '@frontdesk/persistence';
import type { Context } from '../context.ts';
import { readCursor, writeCursor } from '../domain/list-cursor.ts';
import * as reader from '../store/appointment-list-reader.ts';
import { recordOf } from './appointment-view.ts';

export async function serveListAppointments(context: Context): Promise<void> {
  await context.messaging.serve(listAppointments, async (request, rpc) => {
    const { since, until, resourceId, status, limit, cursor } = request;
    const after = cursor === undefined ? undefined : readCursor(cursor);
    if (cursor !== undefined && !after) throw new WireError('invalid', 'that cursor is not one of ours');
    const question = {
      since: since === undefined ? undefined : Temporal.Instant.from(since),
      until: until === undefined ? undefined : Temporal.Instant.from(until),
      resourceId,
      status,
      after,
      // One more than asked for shows whether there is another page.
      limit: limit + 1,
    };
    const found = await context.db.readAsTenant(rpc.businessId, actorOf(rpc), (tx) =>
      reader.listAppointments(tx, rpc.businessId, question),
    );
    const page = found.slice(0, limit);
    const last = page.at(-1);
    const nextCursor = last && found.length > limit ? writeCursor(last) : null;
    return { appointments: page.map(recordOf), nextCursor };
  });
}
