/** The gateway, bootable in any process: connections, then listeners; on the way down the listeners go first. */
import type { AddressInfo } from 'node:net';
import formbody from '@fastify/formbody';
import { createInFlight, type InFlight } from '@frontdesk/lifecycle';
import { type RunningService, running, startHealth } from '@frontdesk/service';
import Fastify, { type FastifyInstance } from 'fastify';
import { type Config, MOST_DRAIN_MS } from './config.ts';
import { type Context, createContext } from './context.ts';
import { replyWithError } from './inbound/api-operation.ts';
import { serveAppointments } from './inbound/appointments.ts';
import { serveBookingRules } from './inbound/booking-rules.ts';
import { serveCalendar } from './inbound/calendar.ts';
import { serveCalendarLinks } from './inbound/calendar-links.ts';
import { serveCallDetails } from './inbound/call-details.ts';
import { serveCallHistory } from './inbound/call-history.ts';
import { serveCallStats } from './inbound/call-stats.ts';
import { serveCallStatus } from './inbound/call-status.ts';
import { serveContinueCall } from './inbound/continue-call.ts';
import { serveEventCredentials } from './inbound/event-credentials.ts';
import { serveHold } from './inbound/hold.ts';
import { serveHolds } from './inbound/holds.ts';
import { serveIncomingCall } from './inbound/incoming-call.ts';
import { serveListTasks } from './inbound/list-tasks.ts';
import { createMediaSockets } from './inbound/media-stream.ts';
import { serveOpenApi } from './inbound/openapi.ts';
import { serveResources } from './inbound/resources.ts';
import { serveServices } from './inbound/services.ts';
import { refuseUnsigned } from './inbound/signed-webhook.ts';
import { serveSlots } from './inbound/slots.ts';
import { serveUpdateTask } from './inbound/update-task.ts';
import { serveVoicemail } from './inbound/voicemail.ts';

export { type Config, readConfig } from './config.ts';

/** The longest drain that can be configured, and the time to close what is left after it. */
export const stopTimeoutMs = MOST_DRAIN_MS + 30_000;

export interface RunningGateway extends RunningService {
  /** Where Twilio and businesses knock. */
  readonly port: number;
}

/** Connects, serves and tells its ports. A failed start closes what it had opened. */
export async function startService(config: Config, overrides: Partial<Context> = {}): Promise<RunningGateway> {
  await using closing = new AsyncDisposableStack();
  const context = await createContext(config, closing, overrides);
  const { metrics } = context;
  const health = await startHealth({ config, metrics, ready: () => ({ directory: true }) }, closing);

  const sockets = closing.use(createMediaSockets(context));
  const answering = createInFlight();
  const http = createHttp(context, answering);
  // No new connections, and the requests under way get their answers while everything they need is still there.
  // close() itself is not waited for: it would wait for the media sockets, which have a drain of their own.
  closing.defer(async () => {
    http.server.close();
    http.server.closeIdleConnections();
    await answering.idle(LAST_ANSWERS_MS);
  });
  http.server.on('upgrade', (request, socket, head) => sockets.handleUpgrade(request, socket, head));
  await http.listen({ host: config.host, port: config.port });
  return await running({ config, context, ports: { port: listeningPort(http), healthPort: health.port } }, closing);
}

/** Ours take milliseconds, and 8 s at most where a call is moved; Twilio waits 15 s. */
const LAST_ANSWERS_MS = 9_000;

function createHttp(context: Context, answering: InFlight): FastifyInstance {
  // Requests are logged by what became of them, in events.ts: URLs carry tokens and bodies carry personal data.
  const http = Fastify({
    logger: false,
    bodyLimit: 262_144,
    requestTimeout: 20_000,
    // A call token is a path parameter of some hundred characters; Twilio's URLs end at 4096.
    routerOptions: { maxParamLength: 4_096 },
  });
  http.addHook('onRoute', (route) => {
    const { handler } = route;
    route.handler = (request, reply) => answering.run(async () => handler.call(http, request, reply));
  });
  http.register(formbody);
  http.addHook('onRequest', refuseUnsigned(context));
  http.setErrorHandler((error, _request, reply) => replyWithError(context, error, reply));
  http.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ success: false, error: { code: 'not_found', message: 'there is nothing at this address' } }),
  );
  http.get('/healthz', async () => ({ status: 'ok' }));
  http.get('/readyz', async (_request, reply) => {
    // The directory was read before anything listened. NATS being away for a moment does not change who is called.
    return reply.send({ directory: true });
  });
  for (const serve of [
    serveIncomingCall,
    serveContinueCall,
    serveHold,
    serveVoicemail,
    serveCallStatus,
    serveCallHistory,
    serveCallDetails,
    serveCallStats,
    serveEventCredentials,
    serveBookingRules,
    serveServices,
    serveResources,
    serveSlots,
    serveAppointments,
    serveHolds,
    serveCalendarLinks,
    serveCalendar,
    serveListTasks,
    serveUpdateTask,
    serveOpenApi,
  ]) {
    serve(http, context);
  }
  return http;
}

function listeningPort(http: FastifyInstance): number {
  const address = http.server.address() as AddressInfo;
  return address.port;
}
