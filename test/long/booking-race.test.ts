// Pins: two customers with one time, an answer that the database does not agree with, and a request nobody answers.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, inject, test, vi } from 'vitest';
import * as stage from '../failures/stage/stage.ts';
import { summarize } from '../load/samples.ts';
import { type Account, HOLD_SECONDS, newAccount, runClient } from './booking-client.ts';
import { connectAsOperator, openShop, readBooks, readDeadlocks, type Shop } from './booking-shop.ts';
import { createDice } from './dice.ts';
import { settings } from './settings.ts';

/** So that the clients do not queue at one socket. */
const CONNECTIONS = 4;
const SERVICE = 'booking-1';
/** PostgreSQL's counters are written by each of its processes now and then. */
const STATISTICS_MS = 2_000;
/** The last hold, and the timer that clears it away. */
const HOLDS_GONE_MS = HOLD_SECONDS * 1_000 + 15_000;
/** A race in which one of them hardly ever works shows nothing of it. */
const VERBS = ['book-slot', 'hold-slot', 'confirm-hold', 'move-appointment', 'cancel-appointment'];
const LEAST_OF_EACH = 10;

test('many clients book, hold, move and cancel five people and two rooms, so many a day: no overlap, no lost answer, no deadlock', async () => {
  const { shop, account, deadlocks } = await race(async () => undefined);
  await expectIntact(shop, account);
  expect(deadlocks).toBe(0);
  expect(await errorsLogged()).toEqual([]);
});

test('the same with the service killed and started again in the middle, twice', async () => {
  const { shop, account, deadlocks } = await race(async () => {
    for (let kill = 0; kill < 2; kill++) {
      await delay(settings.LONG_RACE / 3);
      await stage.signal(SERVICE, 'SIGKILL');
      await stage.exitOf(SERVICE);
      await stage.restart(SERVICE);
    }
  });
  await expectIntact(shop, account);
  expect(deadlocks).toBe(0);
});

async function race(meanwhile: () => Promise<void>): Promise<{ shop: Shop; account: Account; deadlocks: number }> {
  const { LONG_CLIENTS: clients, LONG_RACE: raceMs, LONG_SEED: seed } = settings;
  await using connections = new AsyncDisposableStack();
  const open = Array.from({ length: CONNECTIONS }, (_, index) => connectAsOperator(`race-${index}`));
  const messagings = (await Promise.all(open)).map((one) => connections.use(one));
  const [first] = messagings;
  if (!first) throw new Error('there is no connection');
  const shop = await openShop(first);
  const deadlocksBefore = await readDeadlocks(shop);

  const account = newAccount();
  const endsAt = performance.now() + raceMs;
  const goesOn = () => performance.now() < endsAt;
  const breaking = meanwhile();
  await Promise.all(
    Array.from({ length: clients }, (_, index) => {
      const messaging = messagings[index % CONNECTIONS] ?? first;
      return runClient({ messaging, shop, index, dice: createDice(seed + index) }, account, goesOn);
    }),
  );
  await breaking;
  await delay(STATISTICS_MS);
  report(account, raceMs);
  return { shop, account, deadlocks: (await readDeadlocks(shop)) - deadlocksBefore };
}

async function expectIntact(shop: Shop, account: Account): Promise<void> {
  const { appointments, ...broken } = await vi.waitFor(
    async () => {
      const books = await readBooks(shop);
      expect([...books.appointments.values()].filter(({ status }) => status === 'held')).toEqual([]);
      return books;
    },
    { timeout: HOLDS_GONE_MS, interval: 1_000 },
  );
  expect(broken).toEqual({ overlaps: 0, torn: 0, overfull: 0, gaps: 0 });
  expect(account.lost).toEqual([]);
  // Nothing that nobody was told of, and nothing other than was told.
  expect(Object.fromEntries(appointments)).toEqual(Object.fromEntries(account.told));
  for (const verb of VERBS) expect(account.answers[`${verb} ok`] ?? 0, verb).toBeGreaterThanOrEqual(LEAST_OF_EACH);
  expect(account.answers['book-slot conflict'] ?? 0).toBeGreaterThan(0);
}

async function errorsLogged(): Promise<string[]> {
  const log = await readFile(join(inject('failures').logsDir, `${SERVICE}.log`), 'utf8');
  return log.split('\n').filter((line) => /"level":(50|60|"error"|"fatal")/.test(line));
}

function report({ durations, answers, repeats, told }: Account, raceMs: number): void {
  const { count = 0, p50 = 0, p90 = 0, p99 = 0, max = 0 } = summarize(durations) ?? {};
  const ms = [p50, p90, p99, max].map((value) => value.toFixed(0)).join(' / ');
  const { LONG_CLIENTS: clients, LONG_SEED: seed } = settings;
  console.log(
    `${clients} clients, LONG_SEED=${seed}: ${count} answers (${Math.round((count * 1_000) / raceMs)} a second), ` +
      `p50 / p90 / p99 / max ${ms} ms; ${told.size} appointments; ${JSON.stringify({ answers, repeats })}`,
  );
}
