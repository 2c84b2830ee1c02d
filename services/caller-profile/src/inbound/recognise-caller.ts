import { recogniseCaller } from '@frontdesk/contracts/caller-profile/recognise-caller';
import type { Context } from '../context.ts';
import { recall } from '../domain/recall.ts';
import { findCallerByPhone } from '../store/caller-reader.ts';

export async function serveRecogniseCaller({ messaging, db, clock, events }: Context): Promise<void> {
  await messaging.serve(recogniseCaller, async ({ phone, trust, attestation }, { businessId }) => {
    const startedMs = clock.monotonicMs();
    const caller = await db.readAsTenant(businessId, { kind: 'service', id: 'caller-profile' }, (tx) =>
      findCallerByPhone(tx, businessId, phone),
    );
    const answer = recall(caller, trust, attestation);
    events.callerRecognised(answer.recall, clock.monotonicMs() - startedMs);
    return answer;
  });
}
