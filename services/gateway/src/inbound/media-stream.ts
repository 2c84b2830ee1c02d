/**
 * Twilio's media socket: checked here, carried by the bridge.
 *
 * The upgrade is refused with a plain HTTP status when the path, the token or Twilio's signature is wrong. Otherwise the
 * gateway opens TCP to the bridge named in the token, replays the upgrade without `Sec-WebSocket-Extensions` (compressed
 * frames would cost CPU and save nothing on µ-law) and with the call's lane in the trunk, and splices the two sockets.
 */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { TRUNK_LANE_HEADER } from '@frontdesk/contracts/media-bridge/media-trunk';
import type { RouteToken } from '@frontdesk/contracts/media-bridge/route-token';
import { isSignedUpgrade } from '@frontdesk/telephony';
import type { Context } from '../context.ts';
import { parseMediaStreamPath } from '../domain/urls.ts';
import { watchIdle } from './idle-watch.ts';
import { splice } from './media-splice.ts';
import { authTokenOf } from './signed-webhook.ts';

const REFUSAL_TIMEOUT_MS = 1_000;
const BRIDGE_CONNECT_TIMEOUT_MS = 1_000;
/** For Twilio to answer a close frame. */
const CLOSING_MS = 1_500;
/** Twilio sends 50 frames a second; silence this long means the path is dead. */
const IDLE_TIMEOUT_MS = 30_000;

export interface MediaSockets extends AsyncDisposable {
  handleUpgrade(request: IncomingMessage, twilio: Duplex, head: Buffer): void;
}

export function createMediaSockets(context: Context): MediaSockets {
  const open = new Set<Duplex>();
  const bridges = new Set<Socket>();
  return {
    handleUpgrade(request, twilio, head) {
      twilio.on('error', (error) => context.log.debug({ err: error }, 'media socket error'));
      const admitted = admit(context, request);
      if ('status' in admitted) {
        context.events.socketRefused(admitted.reason);
        refuse(twilio, admitted.status, admitted.reason);
        return;
      }
      open.add(twilio);
      twilio.once('close', () => open.delete(twilio));
      const bridge = dial(context, admitted, request, twilio, head);
      bridges.add(bridge);
      bridge.once('close', () => bridges.delete(bridge));
    },
    /**
     * Calls in progress may finish within the drain time. What is left is closed with a close frame, and Twilio comes back
     * through another replica to the same bridge.
     */
    async [Symbol.asyncDispose]() {
      const finished = () => Promise.all([...open].map((socket) => once(socket, 'close')));
      await Promise.race([finished(), delay(context.config.drainMs, undefined, { ref: false })]);
      for (const bridge of bridges) bridge.destroy();
      await Promise.race([finished(), delay(CLOSING_MS, undefined, { ref: false })]);
      for (const socket of open) socket.destroy();
    },
  };
}

type Refusal = { status: number; reason: string };

function admit(context: Context, request: IncomingMessage): RouteToken | Refusal {
  const path = parseMediaStreamPath(request.url ?? '');
  if (!path) return { status: 404, reason: 'no_such_path' };
  const verified = context.routeTokens.verify(path.routeToken, context.clock.now());
  if (!verified.ok) return { status: 403, reason: `token_${verified.reason}` };
  if (verified.payload.businessId !== path.businessId) return { status: 403, reason: 'token_of_another_business' };
  const entry = context.directory.byBusiness(path.businessId);
  const signature = request.headers['x-twilio-signature'];
  const url = context.config.publicUrl.replace(/^http/, 'ws') + request.url;
  const authToken = authTokenOf(context, entry);
  const signed =
    authToken !== undefined && typeof signature === 'string' && isSignedUpgrade({ authToken, signature, url });
  if (!signed) return { status: 403, reason: 'signature' };
  return verified.payload;
}

function refuse(socket: Duplex, status: number, reason: string): void {
  const texts: Record<number, string> = { 403: 'Forbidden', 404: 'Not Found', 502: 'Bad Gateway' };
  const head = `HTTP/1.1 ${status} ${texts[status]}\r\nConnection: close\r\nContent-Type: text/plain\r\n`;
  socket.end(`${head}Content-Length: ${reason.length}\r\n\r\n${reason}`, () => socket.destroy());
  // After an upgrade none of the server's timeouts applies: a peer that does not read would be kept for ever.
  setTimeout(() => socket.destroy(), REFUSAL_TIMEOUT_MS).unref();
}

function dial(context: Context, route: RouteToken, request: IncomingMessage, twilio: Duplex, head: Buffer): Socket {
  const colon = route.address.lastIndexOf(':');
  const bridge = connect({
    host: route.address.slice(0, colon),
    port: Number(route.address.slice(colon + 1)),
    noDelay: true,
  });
  bridge.setTimeout(BRIDGE_CONNECT_TIMEOUT_MS, () =>
    bridge.destroy(new Error('bridge did not accept the connection in time')),
  );
  const refused = (error?: Error) => {
    context.log.warn({ err: error, bridge: route.podId }, 'bridge cannot be reached for a media socket');
    context.events.socketRefused('bridge_unreachable');
    context.bridges.unreachable(route);
    refuse(twilio, 502, 'bridge_unreachable');
  };
  const hungUp = () => bridge.destroy();
  twilio.once('close', hungUp);
  bridge.once('error', refused);
  bridge.once('connect', () => {
    bridge.off('error', refused);
    twilio.off('close', hungUp);
    bridge.setTimeout(0);
    const trunk = context.trunks.join(route.address);
    const passed = () => bridge.bytesRead + bridge.bytesWritten + trunk.frames;
    const idle = watchIdle(passed, IDLE_TIMEOUT_MS, context.clock, () =>
      bridge.destroy(new Error('media socket idle')),
    );
    bridge.write(replayedUpgrade(request, trunk.name));
    if (head.length > 0) twilio.unshift(head);
    const { events, log } = context;
    splice({ twilio, bridge, trunk, events, log, onAccepted: () => context.bridges.reached(route) });
    const watch = context.bridges.watch(route, () => bridge.destroy(new Error('the bridge does not answer')));
    bridge.once('close', () => {
      idle[Symbol.dispose]();
      trunk[Symbol.dispose]();
      watch[Symbol.dispose]();
    });
  });
  return bridge;
}

const NOT_REPLAYED = new Set(['sec-websocket-extensions', TRUNK_LANE_HEADER]);

/** The upgrade request as Twilio sent it, but without extensions, and with the call's lane in the trunk. */
function replayedUpgrade(request: IncomingMessage, lane: string): string {
  const lines = [`${request.method} ${request.url} HTTP/1.1`, `${TRUNK_LANE_HEADER}: ${lane}`];
  for (let at = 0; at < request.rawHeaders.length; at += 2) {
    const name = request.rawHeaders[at] ?? '';
    if (!NOT_REPLAYED.has(name.toLowerCase())) lines.push(`${name}: ${request.rawHeaders[at + 1]}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}
