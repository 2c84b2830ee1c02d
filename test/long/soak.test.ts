// Pins: what is left behind by calls that end in every way there is: lines, records, sessions, sockets, timers; and a
// caller who, in all of this, was cut off or ignored.
import { setTimeout as delay } from 'node:timers/promises';
import { callEnded, callStarted } from '@frontdesk/contracts/events/call';
import { calls } from '@frontdesk/contracts/kv/calls';
import { lines } from '@frontdesk/contracts/kv/lines';
import { queue } from '@frontdesk/contracts/kv/queue';
import { Kvm } from '@nats-io/kv';
import { expect, inject, test, vi } from 'vitest';
import { callIn, natsConnection, type OnCall } from '../failures/scene/call.ts';
import { liveSessionsOf, makeModel } from '../failures/scene/model.ts';
import { awaitBridges, openScene, type Scene, startBridges } from '../failures/scene/scene.ts';
import * as stage from '../failures/stage/stage.ts';
import { twilioControl } from '../simulators/twilio/control-client.ts';
import { unexplained } from './call-ends.ts';
import { asks, numberOf, repeatsWhateverIsAsked } from './callers.ts';
import { createDice, type Dice } from './dice.ts';
import { growth, type Resources, resourcesOf } from './resources.ts';
import { settings } from './settings.ts';

const BRIDGES = ['soaked-1', 'soaked-2'];
const NAME = 'Grebe Boilers';
/**
 * Longer than what is kept on purpose: a line whose bridge died (30 s), the finalising of a dead call (30 s), what a
 * bridge remembers of an ended call for the gateway that asks what comes next (60 s), idle connections (30 s).
 */
const CLEAN_WITHIN_MS = 100_000;

test('calls placed, ended and failed at random: afterwards nothing is left of them', async () => {
  const dice = createDice(settings.LONG_SEED);
  console.log(`LONG_SEED=${settings.LONG_SEED}`);
  await using scene = await openScene({ name: NAME, number: 82, pool: 'soaked', business: { maxConcurrentCalls: 60 } });
  const addresses = await startBridges('soaked', BRIDGES);
  const urls = new Map(
    inject('failures')
      .stack.processes.filter(({ service }) => service !== 'media-bridge' && !service.endsWith('simulator'))
      .map(({ name, healthUrl }) => [name, healthUrl]),
  );
  for (const [index, bridge] of BRIDGES.entries()) urls.set(bridge, `http://${addresses[index]}`);
  const before = await resourcesOfAll(urls);

  const placed: OnCall[] = [];
  const hungUp = new Set<string>();
  const hangingUp: Promise<void>[] = [];
  const beganAt = performance.now();
  const everyMs = settings.LONG_SOAK / settings.LONG_SOAK_CALLS;
  const breaking = breakThings(dice, urls, () => performance.now() - beganAt < settings.LONG_SOAK - 15_000);
  while (placed.length < settings.LONG_SOAK_CALLS) {
    const steps = asks(placed.length, dice.below(3) + 1);
    const call = await callIn(numberOf(placed.length), scene.business.number, [], {
      order: { caller: { steps, repeatsWhenAsked: repeatsWhateverIsAsked } },
      faults: { abruptLossFallsThrough: dice.below(2) === 0 },
    });
    placed.push(call);
    if (dice.below(3) === 0) {
      hungUp.add(call.callSid);
      hangingUp.push(hangUpAfter(call, dice.below(12_000)));
    }
    // Towards the next one's moment, by chance sooner or later: what took longer is made up for.
    const nextAtMs = (placed.length + dice.below(1_000) / 1_000 - 0.5) * everyMs;
    await delay(Math.max(0, nextAtMs - (performance.now() - beganAt)));
  }
  const lastAt = performance.now();
  const [broken] = await Promise.all([breaking, ...hangingUp]);
  const reports = await Promise.all(placed.map((call) => call.ended()));
  const moved = reports.filter(({ streams }) => streams.length > 1).length;
  const repeated = reports.filter(({ script }) => script.repeated).length;
  console.log(
    [
      `${reports.length} calls in ${Math.round((lastAt - beganAt) / 1_000)} s, ${hungUp.size} to be hung up on; ${moved} were moved, ${repeated} callers were asked to say something again`,
      `meanwhile ${counted(broken)}`,
      `the telephone network itself was ${Math.max(...reports.map(({ maxFrameLateMs }) => maxFrameLateMs))} ms late at worst`,
    ].join('\n'),
  );

  const overAt = performance.now();
  const nothingIsLeft = async () => {
    await expectNothingStored(scene);
    const after = await resourcesOfAll(urls);
    const more = [...after].map(([name, now]) => [name, growth(before.get(name) ?? {}, now)]);
    expect(Object.fromEntries(more.filter(([, grown]) => Object.keys(grown ?? {}).length > 0))).toEqual({});
  };
  await vi.waitFor(nothingIsLeft, { timeout: CLEAN_WITHIN_MS, interval: 2_000 });
  const ends = (await scene.eventsOfType(callEnded)).map(({ data }) => callEnded.data.parse(data));
  const reasons = new Map(ends.map(({ callSid, reason }) => [callSid, reason]));
  console.log(`ended: ${counted([...reasons.values()])}`);
  expect(unexplained(reports, hungUp, reasons)).toEqual([]);
  console.log(
    `nothing left ${Math.round((performance.now() - overAt) / 1_000)} s after the last call: no line, ticket, record or model session; ${urls.size} processes hold no socket, timer or request more than before`,
  );
});

/** "3 × this, 1 × that" */
function counted(things: readonly string[]): string {
  const kinds = Map.groupBy(things, (thing) => thing);
  return [...kinds].map(([thing, all]) => `${all.length} × ${thing}`).join(', ');
}

async function resourcesOfAll(urls: ReadonlyMap<string, string>): Promise<Map<string, Resources>> {
  return new Map(await Promise.all([...urls].map(async ([name, url]) => [name, await resourcesOf(url)] as const)));
}

async function hangUpAfter(call: OnCall, ms: number): Promise<void> {
  await delay(ms);
  await twilioControl(inject('failures').stack.twilio.apiUrl).hangUp(call.callSid);
}

/** @param urls told where a bridge is that was replaced. @returns what was broken */
async function breakThings(dice: Dice, urls: Map<string, string>, goesOn: () => boolean): Promise<string[]> {
  const broken: string[] = [];
  while (goesOn()) {
    await delay(5_000 + dice.below(10_000));
    broken.push(await breakOne(dice.below(5), BRIDGES[dice.below(BRIDGES.length)] ?? '', urls));
  }
  return broken;
}

async function breakOne(thrown: number, bridge: string, urls: Map<string, string>): Promise<string> {
  switch (thrown) {
    case 0: {
      await stage.signal(bridge, 'SIGKILL');
      await stage.exitOf(bridge);
      const back = awaitBridges([bridge]);
      const { port } = await stage.restart(bridge);
      await back;
      urls.set(bridge, `http://127.0.0.1:${port}`);
      return 'bridge killed';
    }
    case 1:
      await stage.signal(bridge, 'SIGSTOP');
      await delay(3_000);
      await stage.signal(bridge, 'SIGCONT');
      return 'bridge frozen';
    case 2:
      await makeModel({ kind: 'drop', at: 'audio', count: 3, instructionsInclude: NAME });
      return '3 model sessions dropped';
    case 3:
      await makeModel({ kind: 'stall', at: 'response', count: 1, instructionsInclude: NAME });
      return 'model session stalled';
    default:
      await makeModel({ kind: 'fail_response', count: 3, instructionsInclude: NAME });
      return '3 responses failed';
  }
}

async function expectNothingStored({ business, eventsOfType }: Scene): Promise<void> {
  const kvm = new Kvm(await natsConnection());
  const keysIn = async (name: string, filter: string) => Array.fromAsync(await (await kvm.open(name)).keys(filter));
  expect(await keysIn(lines.bucket, `${business.id}.>`)).toEqual([]);
  expect(await keysIn(queue.bucket, `${business.id}.>`)).toEqual([]);
  expect(await keysIn(calls.bucket, '>')).toEqual([]);
  expect(await liveSessionsOf(NAME)).toEqual([]);
  // Every conversation that began has ended, in the books as well, and once.
  const ended = await eventsOfType(callEnded);
  const started = await eventsOfType(callStarted);
  const endings = ended.map(({ subject }) => subject);
  expect(new Set(endings).size).toBe(endings.length);
  expect(started.map(({ subject }) => subject).filter((callSid) => !endings.includes(callSid))).toEqual([]);
}
