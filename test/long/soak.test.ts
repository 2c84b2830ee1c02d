// Pins: what is left behind by calls that end in every way there is: lines, records, sessions, sockets, timers.
import { setTimeout as delay } from 'node:timers/promises';
import { calls } from '@frontdesk/contracts/kv/calls';
import { lines } from '@frontdesk/contracts/kv/lines';
import { queue } from '@frontdesk/contracts/kv/queue';
import { Kvm } from '@nats-io/kv';
import { expect, inject, test, vi } from 'vitest';
import { callIn, natsConnection, type OnCall } from '../failures/scene/call.ts';
import { liveSessionsOf, makeModel } from '../failures/scene/model.ts';
import { awaitBridges, openScene, startBridges } from '../failures/scene/scene.ts';
import * as stage from '../failures/stage/stage.ts';
import { twilioControl } from '../simulators/twilio/control-client.ts';
import { asks, numberOf } from './callers.ts';
import { createDice, type Dice } from './dice.ts';
import { type Resources, resourcesOf } from './resources.ts';
import { settings } from './settings.ts';

const BRIDGES = ['soaked-1', 'soaked-2'];
const NAME = 'Grebe Boilers';
/** Longer than the net under a line and than the finalising of a dead call. */
const CLEAN_WITHIN_MS = 90_000;

test('calls placed, ended and failed at random: afterwards nothing is left of them', async () => {
  const dice = createDice(settings.LONG_SEED);
  console.log(`LONG_SEED=${settings.LONG_SEED}`);
  await using scene = await openScene({ name: NAME, number: 82, pool: 'soaked', business: { maxConcurrentCalls: 60 } });
  const addresses = await startBridges('soaked', BRIDGES);
  const before = await Promise.all(addresses.map(resourcesOf));

  const placed: OnCall[] = [];
  const beganAt = performance.now();
  const everyMs = settings.LONG_SOAK / settings.LONG_SOAK_CALLS;
  const breaking = breakThings(dice, () => performance.now() - beganAt < settings.LONG_SOAK - 15_000);
  while (performance.now() - beganAt < settings.LONG_SOAK) {
    const index = placed.length;
    const call = await callIn(numberOf(index), scene.business.number, asks(index, dice.below(3) + 1), {
      faults: { abruptLossFallsThrough: dice.below(2) === 0 },
    });
    placed.push(call);
    if (dice.below(3) === 0) void hangUpAfter(call, dice.below(12_000));
    await delay(everyMs * (0.5 + dice.below(1_000) / 1_000));
  }
  const restarted = await breaking;
  const reports = await Promise.all(placed.map((call) => call.ended()));
  console.log(`${reports.length} calls, ${reports.filter(({ script }) => script.done).length} went to their end`);

  await vi.waitFor(() => expectNothingLeft(scene.business.id), { timeout: CLEAN_WITHIN_MS, interval: 1_000 });
  for (const [index, address] of addresses.entries()) {
    // A process that was replaced meanwhile has another address, and nothing of the old one.
    if (restarted.has(BRIDGES[index] ?? '')) continue;
    const nothingGrew = async () => expect(growth(before[index], await resourcesOf(address))).toEqual({});
    await vi.waitFor(nothingGrew, { timeout: CLEAN_WITHIN_MS, interval: 1_000 });
  }
});

async function hangUpAfter(call: OnCall, ms: number): Promise<void> {
  await delay(ms);
  await twilioControl(inject('failures').stack.twilio.apiUrl).hangUp(call.callSid);
}

/** @returns the bridges that were replaced */
async function breakThings(dice: Dice, goesOn: () => boolean): Promise<Set<string>> {
  const replaced = new Set<string>();
  while (goesOn()) {
    await delay(5_000 + dice.below(10_000));
    const bridge = BRIDGES[dice.below(BRIDGES.length)] ?? '';
    switch (dice.below(5)) {
      case 0: {
        await stage.signal(bridge, 'SIGKILL');
        await stage.exitOf(bridge);
        const back = awaitBridges([bridge]);
        await stage.restart(bridge);
        await back;
        replaced.add(bridge);
        break;
      }
      case 1:
        await stage.signal(bridge, 'SIGSTOP');
        await delay(3_000);
        await stage.signal(bridge, 'SIGCONT');
        break;
      case 2:
        await makeModel({ kind: 'drop', at: 'audio', count: 3, instructionsInclude: NAME });
        break;
      case 3:
        await makeModel({ kind: 'stall', at: 'response', count: 1, instructionsInclude: NAME });
        break;
      default:
        await makeModel({ kind: 'fail_response', count: 3, instructionsInclude: NAME });
    }
  }
  return replaced;
}

async function expectNothingLeft(businessId: string): Promise<void> {
  const kvm = new Kvm(await natsConnection());
  const keysIn = async (name: string, filter: string) => Array.fromAsync(await (await kvm.open(name)).keys(filter));
  expect(await keysIn(lines.bucket, `${businessId}.>`)).toEqual([]);
  expect(await keysIn(queue.bucket, `${businessId}.>`)).toEqual([]);
  expect(await keysIn(calls.bucket, '>')).toEqual([]);
  expect(await liveSessionsOf(NAME)).toEqual([]);
}

function growth(before: Resources | undefined, after: Resources): Resources {
  return Object.fromEntries(Object.entries(after).filter(([kind, count]) => count > (before?.[kind] ?? 0) + SLACK));
}

/** Kept connections and the odd timer of a library come and go. */
const SLACK = 3;
