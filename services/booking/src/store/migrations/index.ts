import type { ServiceMigrations } from '@frontdesk/persistence';
import * as appointments from './20261121T120000-appointments.ts';
import * as closedDates from './20261121T130000-closed-dates.ts';
import * as appointmentsByCustomer from './20261121T130500-appointments-by-customer.ts';

export const migrations: ServiceMigrations = {
  '20261121T120000-appointments': appointments,
  '20261121T130000-closed-dates': closedDates,
  '20261121T130500-appointments-by-customer': appointmentsByCustomer,
};
