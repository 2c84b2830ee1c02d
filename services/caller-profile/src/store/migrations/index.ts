import type { ServiceMigrations } from '@frontdesk/persistence';
import * as callers from './20261121T120000-callers.ts';

export const migrations: ServiceMigrations = {
  '20261121T120000-callers': callers,
};
