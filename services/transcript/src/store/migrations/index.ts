import type { ServiceMigrations } from '@frontdesk/persistence';
import * as calls from './20261121T120000-calls.ts';
import * as records from './20261121T124500-records.ts';

export const migrations: ServiceMigrations = {
  '20261121T120000-calls': calls,
  '20261121T124500-records': records,
};
