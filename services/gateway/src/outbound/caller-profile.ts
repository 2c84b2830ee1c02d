import { completeTask } from '@frontdesk/contracts/caller-profile/complete-task';
import { listTasks } from '@frontdesk/contracts/caller-profile/list-tasks';
import type { Messaging } from '@frontdesk/messaging';
import type { z } from 'zod';

export function createCallerProfile(messaging: Messaging) {
  return {
    tasks: (businessId: string, query: z.input<typeof listTasks.request>) =>
      messaging.request(listTasks, businessId, query),
    completeTask: (businessId: string, request: z.input<typeof completeTask.request>) =>
      messaging.request(completeTask, businessId, request),
  };
}
export type CallerProfile = ReturnType<typeof createCallerProfile>;
