/**
 * An event that the team has to follow up becomes a task: one, however often the event comes. The event and its task are
 * kept together or not at all, so while the database is away the event waits.
 */
import { randomUUID } from 'node:crypto';
import type { CloudEvent } from '@frontdesk/contracts/event';
import type { Context } from '../context.ts';
import type { NewTask } from '../domain/follow-up.ts';
import { isFirstDelivery } from '../store/consumed-events-writer.ts';
import { addTask } from '../store/task-writer.ts';

export async function makeTask(
  { db, clock, events }: Context,
  { businessid: businessId, id: sourceEventId, source }: CloudEvent,
  task: NewTask,
): Promise<void> {
  const now = clock.now();
  const actor = { kind: 'service', id: source.replace('/services/', '') } as const;
  const made = await db.asTenant(businessId, actor, async (tx) => {
    if (!(await isFirstDelivery(tx, businessId, sourceEventId, now))) return false;
    const taskId = randomUUID();
    if (!(await addTask(tx, { ...task, businessId, taskId, sourceEventId, now }))) return false;
    await events.taskCreated(tx, businessId, { ...task, taskId, createdAt: now.toString() }, now);
    return true;
  });
  events.taskMade(task.kind, made ? 'created' : 'repeat');
}
