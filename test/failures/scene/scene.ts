/** A business of a test's own, its bridges when it breaks them, its events, and what is left of its calls. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { createBusiness } from '@frontdesk/contracts/business-profile/create-business';
import { type CloudEvent, eventType } from '@frontdesk/contracts/event';
import { callCompleted, callEnded } from '@frontdesk/contracts/events/call';
import { bridgeAnnouncement } from '@frontdesk/contracts/media-bridge/announcement';
import { RELEASE } from '@frontdesk/contracts/release';
import { applySeed, type SeededBusiness } from '@frontdesk/deploy/local/apply-seed.ts';
import { type BookingRecord, readBookings } from '@frontdesk/deploy/local/demo/appointments.ts';
import { openBusinessEvents } from '@frontdesk/deploy/local/demo/business-events.ts';
import { fetchKeptCall, type KeptCall } from '@frontdesk/deploy/local/demo/evidence.ts';
import { homeServices } from '@frontdesk/deploy/local/seeds/home-services.ts';
import { connectMessaging, type Messaging } from '@frontdesk/messaging';
import { createLogger } from '@frontdesk/observability';
import { expect, inject, vi } from 'vitest';
import type { z } from 'zod';
import type { CallReport } from '../../simulators/twilio/report.ts';
import '../provided.ts';
import * as stage from '../stage/stage.ts';
import type { OnCall } from './call.ts';
import type { Pool } from './pools.ts';

export interface Aftermath {
  report: CallReport;
  /** What the event stream holds of this call, in its order. */
  events: readonly CloudEvent[];
  /** What the transcript service kept. */
  kept: KeptCall;
  bookings: BookingRecord['appointments'];
}

export interface Scene extends AsyncDisposable {
  readonly business: SeededBusiness;
  /** Everything that is left of a call once it is over and its transcript complete. */
  aftermath(call: OnCall, options?: { timeoutMs?: number }): Promise<Aftermath>;
  /** What the stream holds of one kind, of any call of this business. */
  eventsOfType(contract: Parameters<typeof eventType>[0]): Promise<CloudEvent[]>;
}

export interface SceneOptions {
  /** Unlike any other's: it is spoken, and faults of the model are aimed by it. */
  name: string;
  /** The last two digits of +1312555 01xx. */
  number: number;
  pool?: Pool;
  business?: Partial<z.input<typeof createBusiness.request>>;
}

export async function openScene(options: SceneOptions): Promise<Scene> {
  const { stack, bookingUrl } = inject('failures');
  await using opening = new AsyncDisposableStack();
  const credsDir = await mkdtemp(join(tmpdir(), 'frontdesk-creds-'));
  opening.defer(() => rm(credsDir, { recursive: true, force: true }));
  const { accountSid, authToken } = stack.twilio;
  const business = await twoAtATime(options.number, async () => {
    await using operator = await connectAsOperator();
    return await applySeed(operator, seedOf(options), { twilio: { accountSid, authToken }, credsDir });
  });
  const events = opening.use(
    await openBusinessEvents({ url: stack.nats.url, business, credsFile: business.eventCreds }),
  );
  const stored: CloudEvent[] = [];
  let reading = Promise.resolve();

  /** One after the other: two readers at once would have a part of the events each, and neither all of them. */
  async function storedEvents(): Promise<CloudEvent[]> {
    const before = reading;
    const { promise, resolve } = Promise.withResolvers<void>();
    reading = promise;
    try {
      await before;
      stored.push(...(await events.fromTheStart()));
    } finally {
      resolve();
    }
    return stored;
  }

  const open = opening.move();
  return {
    business,
    async eventsOfType(contract) {
      return (await storedEvents()).filter(({ type }) => type === eventType(contract));
    },
    async aftermath(call, { timeoutMs = 30_000 } = {}) {
      const report = await call.ended();
      const [gatewayUrl = ''] = stack.gateway.urls;
      let found: CloudEvent[] = [];
      const kept = await vi.waitFor(
        async () => {
          found = (await storedEvents()).filter(({ subject }) => subject === call.callSid);
          const ended = found.find(({ type }) => type === eventType(callEnded));
          if (!ended) expect.fail(`no call.ended came, but: ${found.map(({ type }) => type).join()}`);
          const { entries } = callEnded.data.parse(ended.data);
          const known = await fetchKeptCall(gatewayUrl, business.apiKey, call.callSid);
          const there = (known?.turns.length ?? 0) + (known?.tool_calls.length ?? 0);
          if (!known || there < entries) expect.fail(`the transcript has ${there} of ${entries} entries`);
          // Told from the transcript's outbox, a moment later.
          if (!found.some(({ type }) => type === eventType(callCompleted))) expect.fail('no call.completed came');
          return known;
        },
        { timeout: timeoutMs, interval: 250 },
      );
      const { appointments } = await readBookings(bookingUrl, business.id);
      return { report, events: found, kept, bookings: appointments.filter((one) => one.callSid === call.callSid) };
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

/** Two dozen businesses opened in the same second are more than two cores can do in the time a request may take. */
async function twoAtATime<T>(nth: number, work: () => Promise<T>): Promise<T> {
  await using _ = await stage.hold([], [nth % 2 === 0 ? 'door-1' : 'door-2']);
  return await work();
}

/**
 * Bridges of a pool that only this test's business uses; resolves when the gateways know them.
 * @returns `host:port` of each
 */
export async function startBridges(
  pool: Pool,
  names: readonly string[],
  env: Record<string, string> = {},
): Promise<string[]> {
  const announced = awaitBridges(names);
  const ports = await Promise.all(names.map((name) => stage.start('media-bridge-1', name, { POOL: pool, ...env })));
  await announced;
  return ports.map((port) => `127.0.0.1:${port}`);
}

/** Resolves when all of them announced themselves. Asked for before they start, so that none is missed. */
export async function awaitBridges(names: readonly string[]): Promise<void> {
  await using operator = await connectAsOperator();
  const unheard = new Set(names);
  const { promise, resolve } = Promise.withResolvers<void>();
  await using _ = operator.onSignal(bridgeAnnouncement, ({ podId, state }) => {
    if (state === 'ready') unheard.delete(podId);
    if (unheard.size === 0) resolve();
  });
  await promise;
}

export function connectAsOperator(): Promise<Messaging> {
  const { nats } = inject('failures').stack;
  return connectMessaging({
    servers: nats.url,
    credsFile: nats.adminCreds,
    service: 'admin',
    instanceId: 'failures',
    version: RELEASE,
    log: createLogger({ service: 'failures', instanceId: 'failures', level: 'silent' }),
  });
}

function seedOf({ name, number, pool = undefined, business = {} }: SceneOptions): typeof homeServices {
  return {
    ...homeServices,
    business: {
      ...homeServices.business,
      businessId: name.toLowerCase().replaceAll(' ', '-'),
      name,
      numbers: [`+131255501${number}`],
      ...(pool === undefined ? {} : { pool }),
      ...business,
    },
  };
}
