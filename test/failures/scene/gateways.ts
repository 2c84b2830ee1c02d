/**
 * Gateways of a test's own, behind a name of their own, so that it can kill them while others talk through the stack's.
 */
import { inject, vi } from 'vitest';
import { twilioControl } from '../../simulators/twilio/control-client.ts';
import '../provided.ts';
import * as stage from '../stage/stage.ts';
import type { OnCall } from './call.ts';

export interface Doors {
  /** What the number's webhooks begin with. */
  readonly publicUrl: string;
  readonly names: readonly string[];
  /** Which of them carries the media socket of this call. */
  carrierOf(call: OnCall): Promise<string>;
  /** The public address as it leads to the others of them. */
  without(name: string): Record<string, string[]>;
  /** The public address as it leads to this one alone. */
  leadingTo(name: string): Record<string, string[]>;
}

/** @param name of the public address: a host label */
export async function openDoors(name: string, count: number): Promise<Doors> {
  const publicUrl = `https://${name}.test`;
  const env = { PUBLIC_URL: publicUrl, POOLS: 'default', PORT: '0' };
  const names = Array.from({ length: count }, (_, index) => `${name}-gateway-${index + 1}`);
  const started = await Promise.all(names.map((each) => stage.startGateway(each, env)));
  const locals = started.map(({ port }) => `http://127.0.0.1:${port}`);
  await twilioControl(inject('failures').stack.twilio.apiUrl).mapHosts({ [publicUrl]: locals });

  async function socketsOf(index: number): Promise<number> {
    const text = await (await fetch(`http://127.0.0.1:${started[index]?.healthPort}/metrics`)).text();
    return Number(/^frontdesk_media_sockets_active(?:\{[^}]*\})? (\d+)/m.exec(text)?.[1] ?? 0);
  }

  const known = new Map<string, number>();
  return {
    publicUrl,
    names,
    without: (name) => ({ [publicUrl]: locals.filter((_, index) => names[index] !== name) }),
    leadingTo: (name) => ({ [publicUrl]: locals.filter((_, index) => names[index] === name) }),
    async carrierOf(call) {
      const begun = async () => (await call.report()).streams.some(({ startMs }) => startMs !== undefined);
      await vi.waitUntil(begun, { timeout: 10_000, interval: 50 });
      const counts = await Promise.all(names.map((_, index) => socketsOf(index)));
      const carrier = names.find((each, index) => (counts[index] ?? 0) > (known.get(each) ?? 0));
      for (const [index, each] of names.entries()) known.set(each, counts[index] ?? 0);
      if (carrier === undefined) throw new Error('no gateway carries this call');
      return carrier;
    },
  };
}
