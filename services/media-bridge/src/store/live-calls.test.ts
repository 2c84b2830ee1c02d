import { manualClock } from '@frontdesk/lifecycle';
import { expect, it } from 'vitest';
import { CALLER, profile } from '../domain/call-session.harness.ts';
import type { LiveCall, Reservation } from './live-call.ts';
import { createLiveCalls } from './live-calls.ts';

function sid(n: number): string {
  return `CA${String(n).padStart(32, '0')}`;
}

function reservation(n: number, reservationId = 'a'.repeat(32), pool = 'default'): Reservation {
  return {
    businessId: 'b1',
    callSid: sid(n),
    reservationId,
    pool,
    direction: 'inbound',
    from: CALLER,
    to: '+13125550100',
    attestation: 'A',
    twilioAccountSid: `AC${'0'.repeat(32)}`,
    profile,
    line: 0,
  };
}

function bridge(capacity = 2) {
  const clock = manualClock();
  const ends = new Map<string, () => void>();
  let opened = 0;
  const calls = createLiveCalls({
    clock,
    state: () => ({ pool: 'default', capacity, loopLagMs: 0 }),
    onChange: () => undefined,
    open(wanted): LiveCall {
      opened += 1;
      const { promise, resolve } = Promise.withResolvers<void>();
      ends.set(wanted.callSid, resolve);
      return {
        callSid: wanted.callSid,
        connect: () => undefined,
        hear: () => undefined,
        receive: () => resolve(),
        next: { kind: 'hangup' },
        ended: promise,
        written: promise,
      };
    },
  });
  return { calls, clock, end: (n: number) => ends.get(sid(n))?.(), opened: () => opened };
}

it('takes as many calls as it has room for, and again when one has ended', async () => {
  const { calls, end } = bridge(2);
  expect([1, 2, 3].map((n) => calls.reserve(reservation(n)))).toEqual([undefined, undefined, 'full']);
  end(1);
  await Promise.resolve();
  expect(calls.reserve(reservation(3))).toBeUndefined();
});

it('refuses other pools, and everything once it drains', async () => {
  const { calls } = bridge();
  expect(calls.reserve(reservation(1, 'a'.repeat(32), 'other'))).toBe('wrong_pool');
  await calls.drain(0);
  expect(calls.reserve(reservation(1))).toBe('draining');
});

// A webhook that Twilio repeats must not make two conversations, whichever of its answers Twilio goes on with.
it('opens a call once, however often it is reserved, and lets in either stream, but only one', () => {
  const { calls, opened } = bridge();
  calls.reserve(reservation(1, 'a'.repeat(32)));
  calls.reserve(reservation(1, 'a'.repeat(32)));
  calls.reserve(reservation(1, 'b'.repeat(32)));
  expect(opened()).toBe(1);
  expect(calls.claim(sid(1), 'c'.repeat(32))).toBeUndefined();
  expect(calls.claim(sid(1), 'b'.repeat(32))).toBeDefined();
  expect(calls.claim(sid(1), 'a'.repeat(32))).toBeUndefined();
});

it('remembers what comes next for a minute', async () => {
  const { calls, clock, end } = bridge();
  calls.reserve(reservation(1));
  end(1);
  await Promise.resolve();
  clock.advance(59_000);
  expect(calls.next(sid(1))).toEqual({ kind: 'hangup' });
  clock.advance(2_000);
  expect(calls.next(sid(1))).toBeUndefined();
  expect(clock.waiting).toBe(0);
});

it('waits for its calls when it drains, but not longer than it may', async () => {
  const { calls, clock, end } = bridge();
  calls.reserve(reservation(1));
  const late = calls.drain(5_000);
  clock.advance(5_000);
  expect(await late).toBe(false);
  const inTime = calls.drain(5_000);
  end(1);
  expect(await inTime).toBe(true);
});
