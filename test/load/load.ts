/** The load generator: callers, model and relay, each a process of its own, and calls between them. */
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { calledNumber, callingNumber } from './businesses.ts';
import {
  type CallerFigures,
  callerFigures,
  type ModelFigures,
  modelFigures,
  type PlacedCall,
  placedCall,
} from './figures.ts';
import type { RemoteProcess } from './remote.ts';

export interface Phase {
  placed: PlacedCall[];
  failed: string[];
}

/** Slow enough that one call's beginning does not wait for another's. */
const RING_EVERY_MS = 200;
/** In pace with the cycle of talking, so that at any moment half of the callers talk. */
const DIAL_EVERY_MS = 100;
/** Twilio opens the stream some time after it got the TwiML: usually later, sometimes early. */
export const STREAM_AFTER_MS = [700, 200] as const;
const CALL_TIMEOUT_MS = 30_000;

/** Rings with the calls numbered from `from` to before `to`. */
export function ringAll(callers: RemoteProcess, from: number, to: number): Promise<Phase> {
  return spaced(from, to, RING_EVERY_MS, (call) =>
    callers.ask(
      'placeCall',
      placedCall,
      {
        call,
        from: callingNumber(call),
        to: calledNumber(call),
        streamAfterMs: STREAM_AFTER_MS[call % STREAM_AFTER_MS.length],
      },
      CALL_TIMEOUT_MS,
    ),
  );
}

export function dialRelay(callers: RemoteProcess, relayPort: number, calls: number): Promise<Phase> {
  const address = `ws://127.0.0.1:${relayPort}/`;
  return spaced(0, calls, DIAL_EVERY_MS, (call) =>
    callers.ask('dialRelay', placedCall, { call, address }, CALL_TIMEOUT_MS),
  );
}

async function spaced(
  from: number,
  to: number,
  everyMs: number,
  place: (call: number) => Promise<PlacedCall>,
): Promise<Phase> {
  const placing: Promise<PlacedCall>[] = [];
  for (let call = from; call < to; call += 1) {
    const placed = place(call);
    // Looked at below, with the others.
    placed.catch(() => undefined);
    placing.push(placed);
    await delay(everyMs);
  }
  const settled = await Promise.allSettled(placing);
  return {
    placed: settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])),
    failed: settled.flatMap((result) => (result.status === 'rejected' ? [String(result.reason)] : [])),
  };
}

export async function hangUpAll(callers: RemoteProcess): Promise<void> {
  await callers.ask('hangUpAll', z.int(), null, CALL_TIMEOUT_MS);
}

export async function beginWindow(callers: RemoteProcess, model: RemoteProcess): Promise<void> {
  await Promise.all([callers, model].map((process) => process.ask('beginWindow', z.null())));
}

export async function readFigures(
  callers: RemoteProcess,
  model: RemoteProcess,
): Promise<{ callers: CallerFigures; model: ModelFigures }> {
  const [ofCallers, ofModel] = await Promise.all([
    callers.ask('figures', callerFigures),
    model.ask('figures', modelFigures),
  ]);
  return { callers: ofCallers, model: ofModel };
}
