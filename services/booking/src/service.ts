/** The booking service, bootable in any process. Started in the order of what needs what, disposed the other way. */
import { type RunningService, running, startHealth } from '@frontdesk/service';
import type { Config } from './config.ts';
import { type Context, createContext } from './context.ts';
import { serveBookSlot } from './inbound/book-slot.ts';
import { serveCalendarLinks } from './inbound/calendar-links.ts';
import { serveCancelAppointment } from './inbound/cancel-appointment.ts';
import { serveConfirmHold } from './inbound/confirm-hold.ts';
import { startExpiry } from './inbound/expiry-timer.ts';
import { serveFindSlots } from './inbound/find-slots.ts';
import { serveGetAppointment } from './inbound/get-appointment.ts';
import { serveGetCatalog } from './inbound/get-catalog.ts';
import { serveHoldSlot } from './inbound/hold-slot.ts';
import { serveListAppointments } from './inbound/list-appointments.ts';
import { serveListServices } from './inbound/list-services.ts';
import { serveListUpcoming } from './inbound/list-upcoming.ts';
import { serveLookUpAppointments } from './inbound/look-up-appointments.ts';
import { serveMarkNoShow } from './inbound/mark-no-show.ts';
import { serveMoveAppointment } from './inbound/move-appointment.ts';
import { servePutBookingRules } from './inbound/put-booking-rules.ts';
import { servePutResource } from './inbound/put-resource.ts';
import { servePutService } from './inbound/put-service.ts';
import { serveReadCalendar } from './inbound/read-calendar.ts';
import { serveReleaseHold } from './inbound/release-hold.ts';
import { serveRetire } from './inbound/retire.ts';

export { type Config, readConfig } from './config.ts';
export { migrations } from './store/migrations/index.ts';

const inbound = [
  serveCancelAppointment,
  serveConfirmHold,
  serveGetAppointment,
  serveHoldSlot,
  serveListAppointments,
  serveLookUpAppointments,
  serveMarkNoShow,
  serveMoveAppointment,
  serveReleaseHold,
  serveBookSlot,
  serveCalendarLinks,
  serveFindSlots,
  serveGetCatalog,
  serveListServices,
  serveListUpcoming,
  servePutBookingRules,
  servePutResource,
  servePutService,
  serveReadCalendar,
  serveRetire,
];

/** Only how soon listeners hear of it: a hold that is over keeps nobody out. */
const EXPIRY_EVERY_MS = 5_000;

/** Connects, serves and tells its port. A failed start closes what it had opened. */
export async function startService(config: Config, overrides: Partial<Context> = {}): Promise<RunningService> {
  await using closing = new AsyncDisposableStack();
  const context = await createContext(config, closing, overrides);
  for (const serve of inbound) await serve(context);
  closing.use(startExpiry({ ...context, everyMs: EXPIRY_EVERY_MS }));
  const { metrics, messaging, db } = context;
  const ready = async () => ({ nats: messaging.connected, postgres: await db.ping() });
  const health = await startHealth({ config, metrics, ready }, closing);
  return await running({ config, context, ports: { healthPort: health.port } }, closing);
}
