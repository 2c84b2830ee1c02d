import type { ServiceMigrations } from '@frontdesk/persistence';
import * as calls from './20261121T120000-calls.ts';
import * as records from './20261121T124500-records.ts';
import * as language from './20261121T150000-language.ts';

export const migrations: ServiceMigrations = {
  '20261121T120000-calls': calls,
  '20261121T124500-records': records,
  '20261121T150000-language': language,
};
