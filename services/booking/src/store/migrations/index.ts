import type { ServiceMigrations } from '@frontdesk/persistence';
import * as appointments from './20261121T120000-appointments.ts';
import * as closedDates from './20261121T130000-closed-dates.ts';
import * as appointmentsByCustomer from './20261121T130500-appointments-by-customer.ts';
import * as peopleAndRules from './20261121T150000-people-and-rules.ts';
import * as allocations from './20261121T150500-allocations.ts';
import * as calendarLinks from './20261121T151000-calendar-links.ts';
import * as sameRequest from './20261121T160500-same-request.ts';

export const migrations: ServiceMigrations = {
  '20261121T120000-appointments': appointments,
  '20261121T130000-closed-dates': closedDates,
  '20261121T130500-appointments-by-customer': appointmentsByCustomer,
  '20261121T150000-people-and-rules': peopleAndRules,
  '20261121T150500-allocations': allocations,
  '20261121T151000-calendar-links': calendarLinks,
  '20261121T160500-same-request': sameRequest,
};
