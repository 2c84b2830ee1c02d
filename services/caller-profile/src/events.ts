/** One function per thing this service reports: the event, its counter and its log line cannot drift apart. */
import type { FollowUpTask } from '@frontdesk/contracts/caller-profile/follow-up-task';
import type { RecognisedCaller } from '@frontdesk/contracts/caller-profile/recognise-caller';
import { callerCreated, callerUpdated } from '@frontdesk/contracts/events/caller';
import { taskCreated, taskDone } from '@frontdesk/contracts/events/task';
import type { Logger, Metrics } from '@frontdesk/observability';
import { appendToOutbox, type TenantTransaction } from '@frontdesk/persistence';
import type { z } from 'zod';
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

  const tasks = metrics.counter('follow_up_tasks_total', 'What the team has to follow up, by kind and result', [
    'kind',
    'result',
  ]);

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

    /** Published when, and only when, the transaction commits. */
    async taskCreated(
      tx: TenantTransaction<CallerProfileSchema>,
      businessId: string,
      data: z.input<typeof taskCreated.data>,
      now: Temporal.Instant,
    ): Promise<void> {
      const { taskId } = data;
      const about = { businessId, subject: taskId, time: now };
      await appendToOutbox(tx, businessId, taskCreated, { id: `${taskId}:created`, sequence: 1, ...about, data });
    },

    /** After the commit. */
    taskMade(kind: FollowUpTask['kind'], result: 'created' | 'repeat'): void {
      tasks.inc({ kind, result });
      if (result === 'created') log.info({ event: 'task_created', kind }, 'a task was created');
    },

    /** Published when, and only when, the transaction commits. */
    async taskDone(
      tx: TenantTransaction<CallerProfileSchema>,
      businessId: string,
      { taskId, callSid }: FollowUpTask,
      now: Temporal.Instant,
    ): Promise<void> {
      const about = { businessId, subject: taskId, time: now };
      const data = { taskId, callSid, doneAt: now.toString() };
      await appendToOutbox(tx, businessId, taskDone, { id: `${taskId}:done`, sequence: 2, ...about, data });
    },

    /** After the commit. */
    taskFollowedUp(kind: FollowUpTask['kind']): void {
      tasks.inc({ kind, result: 'done' });
    },

    callRemembered(result: 'kept' | 'repeat' | 'number_withheld'): void {
      memories.inc({ result });
    },
  };
}
export type Events = ReturnType<typeof createEvents>;
