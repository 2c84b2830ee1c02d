import type { ServiceMigrations } from '@frontdesk/persistence';
import * as businesses from './20261121T120000-businesses.ts';
import * as fallback from './20261121T123000-fallback.ts';

export const migrations: ServiceMigrations = {
  '20261121T120000-businesses': businesses,
  '20261121T123000-fallback': fallback,
};
