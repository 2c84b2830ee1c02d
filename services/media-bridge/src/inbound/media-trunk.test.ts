// Pins: a trunk that is kept for ever, with the memory of its calls, when the machine of its gateway is gone without a word;
// and one that is given up though somebody speaks on it.
import type { IncomingMessage } from 'node:http';
import { Duplex } from 'node:stream';
import { mediaTrunkPath } from '@frontdesk/contracts/media-bridge/media-trunk';
import { manualClock } from '@frontdesk/lifecycle';
import { createLogger } from '@frontdesk/observability';
import { expect, it } from 'vitest';
import { createMediaTrunks } from './media-trunk.ts';

const ANY_RECORD = Buffer.from([0, 0, 0, 9, 0, 1, 0]);

function openTrunk() {
  const clock = manualClock();
  const trunks = createMediaTrunks(clock, createLogger({ service: 'test', instanceId: 'test', level: 'silent' }));
  const socket = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() });
  const request = { url: mediaTrunkPath('0'.repeat(32)) } as IncomingMessage;
  expect(trunks.accept(request, socket, Buffer.alloc(0))).toBe(true);
  /** Seconds pass, and what was said is heard. */
  async function pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second += 1) clock.advance(1_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { clock, socket, pass };
}

it('is given up when nothing comes for a minute and a half, and kept for longer than a gateway keeps an empty one', async () => {
  const { clock, socket, pass } = openTrunk();
  await pass(60);
  expect(socket.destroyed).toBe(false);
  await pass(31);
  expect(socket.destroyed).toBe(true);
  expect(clock.waiting).toBe(0);
});

it('is kept while anything comes', async () => {
  const { socket, pass } = openTrunk();
  for (let minute = 0; minute < 10; minute += 1) {
    socket.push(ANY_RECORD);
    await pass(59);
  }
  expect(socket.destroyed).toBe(false);
});

it('leaves no timer behind when its gateway closes it', async () => {
  const { clock, socket, pass } = openTrunk();
  socket.push(null);
  await pass(0);
  await pass(0);
  expect([socket.destroyed, clock.waiting]).toEqual([true, 0]);
});
