import type { ServiceMigrations } from '@frontdesk/persistence';
import * as calls from './20261121T120000-calls.ts';

export const migrations: ServiceMigrations = {
  '20261121T120000-calls': calls,
};
