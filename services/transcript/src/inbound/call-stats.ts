import { callStats } from '@frontdesk/contracts/transcript/call-stats';
import type { Context } from '../context.ts';
import { readStats } from '../store/stats-reader.ts';

export async function serveCallStats({ messaging, db, clock }: Context): Promise<void> {
  await messaging.serve(callStats, async ({ days }, { businessId }) => {
    const since = clock.now().subtract({ hours: days * 24 });
    const stats = await db.readAsTenant(businessId, { kind: 'service', id: 'transcript' }, (tx) =>
      readStats(tx, businessId, since),
    );
    return { days, ...stats };
  });
}
