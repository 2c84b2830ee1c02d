import type { ServiceMigrations } from '@frontdesk/persistence';
import * as businesses from './20261121T120000-businesses.ts';

export const migrations: ServiceMigrations = {
  '20261121T120000-businesses': businesses,
};
