import type { ServiceMigrations } from '@frontdesk/persistence';
import * as appointments from './20261121T120000-appointments.ts';

export const migrations: ServiceMigrations = {
  '20261121T120000-appointments': appointments,
};
