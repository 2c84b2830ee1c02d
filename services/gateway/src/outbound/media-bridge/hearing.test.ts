// Pins: a caller turned away by a gateway that has only just begun to listen for bridges.
import { manualClock } from '@frontdesk/lifecycle';
import { expect, test } from 'vitest';
import { createHearing } from './hearing.ts';

function listening() {
  const clock = manualClock();
  let tell: (connected: boolean) => void = () => undefined;
  let known = false;
  const hearing = createHearing(
    {
      onStatus(fn) {
        tell = fn;
        return { [Symbol.dispose]: () => undefined };
      },
    },
    clock,
  );
  const wait = () => {
    const waited = { over: false };
    void hearing
      .until(() => known)
      .then(() => {
        waited.over = true;
      });
    return waited;
  };
  const learn = () => {
    known = true;
    hearing.heard();
  };
  return { clock, hearing, wait, learn, status: (connected: boolean) => tell(connected) };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

test('waits for the bridge it needs, not for any', async () => {
  const { hearing, wait, learn } = listening();
  const waited = wait();
  hearing.heard();
  await settle();
  expect(waited.over).toBe(false);
  learn();
  await settle();
  expect(waited.over).toBe(true);
});

test('gives up when everybody has had time to speak, and does not wait again', async () => {
  const { clock, wait } = listening();
  const waited = wait();
  await settle();
  clock.advance(1_499);
  await settle();
  expect(waited.over).toBe(false);
  clock.advance(1);
  await settle();
  expect(waited.over).toBe(true);
  const again = wait();
  await settle();
  expect(again.over).toBe(true);
});

test('listens anew after it was cut off', async () => {
  const { clock, wait, learn, status } = listening();
  clock.advance(60_000);
  status(false);
  status(true);
  const waited = wait();
  await settle();
  expect(waited.over).toBe(false);
  learn();
  await settle();
  expect(waited.over).toBe(true);
});
