import type { ServiceMigrations } from '@frontdesk/persistence';
import * as callers from './20261121T120000-callers.ts';
import * as preferences from './20261121T130000-preferences.ts';

export const migrations: ServiceMigrations = {
  '20261121T120000-callers': callers,
  '20261121T130000-preferences': preferences,
};
