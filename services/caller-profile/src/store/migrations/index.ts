import type { ServiceMigrations } from '@frontdesk/persistence';
import * as callers from './20261121T120000-callers.ts';
import * as preferences from './20261121T130000-preferences.ts';
import * as followUpTasks from './20261121T150000-follow-up-tasks.ts';

export const migrations: ServiceMigrations = {
  '20261121T120000-callers': callers,
  '20261121T130000-preferences': preferences,
  '20261121T150000-follow-up-tasks': followUpTasks,
};
