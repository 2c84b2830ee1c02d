/** One function per thing this service reports: the event, its counter and its log line cannot drift apart. */
import type { RecognisedCaller } from '@frontdesk/contracts/caller-profile/recognise-caller';
import { callerCreated, callerUpdated } from '@frontdesk/contracts/events/caller';
import type { Logger, Metrics } from '@frontdesk/observability';
import { appendToOutbox, type TenantTransaction } from '@frontdesk/persistence';
import type { MetCaller } from './store/caller-writer.ts';
import type { CallerProfileSchema } from './store/schema.ts';

export function createEvents(metrics: Metrics, log: Logger) {
  const recognitions = metrics.counter('recognitions_total', 'Callers looked up, by how much was recalled', ['recall']);
  const seconds = metrics.histogram(
    'recognition_seconds',
    'How long it took to recognise a caller',
    [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5],
  );
  const changes = metrics.counter('caller_changes_total', 'Callers met, by what changed', ['change']);
  const memories = metrics.counter('remembered_calls_total', 'Summaries taken in', ['result']);

  return {
    callerRecognised(recall: RecognisedCaller['recall'], durationMs: number): void {
      recognitions.inc({ recall });
      seconds.observe(durationMs / 1_000);
    },

    /** Published when, and only when, the transaction commits. */
    async callerMet(
      tx: TenantTransaction<CallerProfileSchema>,
      businessId: string,
      { change, version, ...data }: MetCaller,
      now: Temporal.Instant,
    ): Promise<void> {
      if (change === 'none') return;
      await appendToOutbox(tx, businessId, change === 'created' ? callerCreated : callerUpdated, {
        id: `${data.callerId}:${version}`,
        businessId,
        subject: data.callerId,
        sequence: version,
        time: now,
        data,
      });
    },

    /** After the commit. */
    callerChanged(change: MetCaller['change'], callerId: string): void {
      changes.inc({ change });
      if (change !== 'none') log.info({ event: `caller_${change}`, callerId }, 'a caller changed');
    },

    callRemembered(result: 'kept' | 'repeat' | 'number_withheld'): void {
      memories.inc({ result });
    },
  };
}
export type Events = ReturnType<typeof createEvents>;
