import { setImmediate as nextTurn } from 'node:timers/promises';
import { manualClock } from '@frontdesk/lifecycle';
import { describe, expect, it } from 'vitest';
import { CALLER, profile } from '../domain/call-session.harness.ts';
import type { ClaimedCall } from './claimed-call.ts';
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
    mode: 'new',
    profile,
    line: 0,
  };
}

function claimedCall(n: number): ClaimedCall {
  const unused = () => Promise.reject(new Error('not asked for here'));
  const { businessId, callSid, direction, from, to } = reservation(n);
  return {
    head: {
      ...{ version: 1, businessId, callSid, direction, from, to, epoch: 2, phase: 'talking', pendingTools: [] },
      owner: { podId: 'bridge-1', address: '127.0.0.1:1' },
      reservedAt: '2026-06-17T15:00:00Z',
    },
    entries: [],
    record: {
      ...{ claim: unused, takeOver: unused, check: unused, change: unused, add: unused, remove: unused },
      mayBeClaimed: () => true,
    },
  };
}

function bridge(
  capacity = 2,
  claim: () => Promise<ClaimedCall | 'call_over'> = async () => 'call_over',
  onOpen: () => void = () => undefined,
) {
  const clock = manualClock();
  const ends = new Map<string, () => void>();
  const received: string[] = [];
  const evictions: string[] = [];
  let opened = 0;
  const calls = createLiveCalls({
    clock,
    state: () => ({ pool: 'default', capacity, loopLagMs: 0 }),
    onChange: () => undefined,
    claimRecord: async () => await claim(),
    open(wanted): LiveCall {
      onOpen();
      opened += 1;
      const { promise, resolve } = Promise.withResolvers<void>();
      let next: ReturnType<LiveCall['next']> = { kind: 'hangup' };
      ends.set(wanted.callSid, resolve);
      return {
        callSid: wanted.callSid,
        accountSid: wanted.twilioAccountSid,
        connect: () => undefined,
        callerAudio: { frame: () => undefined },
        admits: (reservationId) => reservationId === 'c'.repeat(32),
        expect: () => undefined,
        over: resolve,
        doubt: () => undefined,
        receive(input) {
          const { kind } = input;
          received.push(kind);
          if (input.kind === 'evicted') evictions.push(input.reason);
          // A call handed over waits for its last words to be written.
          if (kind === 'hand_over') next = undefined;
          else resolve();
        },
        next() {
          return next;
        },
        ended: promise,
        written: promise,
      };
    },
  });
  /** A new call is accepted, and its work begun. */
  async function begin(wanted: Reservation): Promise<void> {
    expect(await calls.reserve(wanted)).toBeUndefined();
    await nextTurn();
  }
  return { calls, begin, clock, end: (n: number) => ends.get(sid(n))?.(), opened: () => opened, received, evictions };
}

it('takes as many calls as it has room for, and again when one has ended', async () => {
  const { calls, end } = bridge(2);
  const answers = await Promise.all([1, 2, 3].map((n) => calls.reserve(reservation(n))));
  expect(answers).toEqual([undefined, undefined, 'full']);
  await nextTurn();
  end(1);
  await Promise.resolve();
  expect(await calls.reserve(reservation(3))).toBeUndefined();
});

it('refuses other pools, and everything once it drains', async () => {
  const { calls } = bridge();
  expect(await calls.reserve(reservation(1, 'a'.repeat(32), 'other'))).toBe('wrong_pool');
  await calls.drain(0);
  expect(await calls.reserve(reservation(1))).toBe('draining');
});

// A webhook that Twilio repeats must not make two conversations, whichever of its answers Twilio goes on with.
it('opens a call once, however often it is reserved, and lets in either stream, but only one', async () => {
  const { calls, opened } = bridge();
  await Promise.all([
    calls.reserve(reservation(1, 'a'.repeat(32))),
    calls.reserve(reservation(1, 'a'.repeat(32))),
    calls.reserve(reservation(1, 'b'.repeat(32))),
  ]);
  expect(opened()).toBe(1);
  expect(calls.claim({ callSid: sid(1), businessId: 'b1', reservationId: 'd'.repeat(32) })).toBeUndefined();
  expect(calls.claim({ callSid: sid(1), businessId: 'b1', reservationId: 'b'.repeat(32) })).toBeDefined();
  expect(calls.claim({ callSid: sid(1), businessId: 'b1', reservationId: 'a'.repeat(32) })).toBeUndefined();
  // Except for the one the call itself promised, when its stream was lost.
  expect(calls.claim({ callSid: sid(1), businessId: 'b1', reservationId: 'c'.repeat(32) })).toBeDefined();
});

// Two gateways that find the same owner gone must not open two sessions here, nor overbook the bridge meanwhile.
it('counts a call while its record is being claimed, and claims it once', async () => {
  const claimed = Promise.withResolvers<'call_over'>();
  const { calls, opened } = bridge(1, () => claimed.promise);
  const wanted = { ...reservation(1), mode: 'resume' as const };
  const both = Promise.all([calls.reserve(wanted), calls.reserve(wanted)]);
  await Promise.resolve();
  expect(calls.active).toBe(1);
  expect(await calls.reserve(reservation(2))).toBe('full');
  claimed.resolve('call_over');
  expect(await both).toEqual(['call_over', 'call_over']);
  expect([opened(), calls.active]).toEqual([0, 0]);
  expect(await calls.reserve(reservation(2))).toBeUndefined();
});

it('remembers what comes next for a minute', async () => {
  const { calls, begin, clock, end } = bridge();
  await begin(reservation(1));
  end(1);
  await Promise.resolve();
  clock.advance(59_000);
  expect(calls.next(sid(1))).toEqual({ kind: 'hangup' });
  clock.advance(2_000);
  expect(calls.next(sid(1))).toBeUndefined();
  expect(clock.waiting).toBe(0);
});

it('waits for its calls when it drains, but not longer than it may', async () => {
  const { calls, begin, clock, end } = bridge();
  await begin(reservation(1));
  const late = calls.drain(5_000);
  clock.advance(5_000);
  expect(await late).toBe(false);
  const inTime = calls.drain(5_000);
  end(1);
  expect(await inTime).toBe(true);
});

// A stopping bridge that closes its listener at once makes its last caller hear an apology after the goodbye.
it('waits until somebody has asked what comes next, but not for ever', async () => {
  const { calls, begin, clock, end } = bridge();
  await begin(reservation(1));
  end(1);
  await Promise.resolve();
  let waited = false;
  const asking = calls.untilAsked(3_000).then(() => {
    waited = true;
  });
  await Promise.resolve();
  expect(waited).toBe(false);
  expect(calls.next(sid(1))).toEqual({ kind: 'hangup' });
  await asking;
  await begin(reservation(2));
  end(2);
  await Promise.resolve();
  const unasked = calls.untilAsked(3_000);
  clock.advance(3_000);
  await unasked;
});

// A CallSid is no secret: knowing it must not open another business's call.
it('keeps the calls of one business from another', async () => {
  const { calls, begin, opened } = bridge();
  await begin(reservation(1));
  const other = { ...reservation(1, 'b'.repeat(32)), businessId: 'b2' };
  expect(await calls.reserve(other)).toBe('claimed_elsewhere');
  for (const businessId of ['b1', 'b2']) {
    expect(calls.claim({ callSid: sid(1), businessId, reservationId: 'b'.repeat(32) })).toBeUndefined();
  }
  expect(calls.claim({ callSid: sid(1), businessId: 'b2', reservationId: 'a'.repeat(32) })).toBeUndefined();
  expect(opened()).toBe(1);
});

/** What a promise came to, when it did so by now. */
async function soon<T>(promise: Promise<T>): Promise<T | 'waits'> {
  return await Promise.race([promise, new Promise<'waits'>((resolve) => setImmediate(() => resolve('waits')))]);
}

describe('a call whose record is being claimed when the bridge is stopped', () => {
  const wanted = { ...reservation(1), mode: 'resume' as const };

  // Rescued from one bridge, it used to be ended by the next one.
  it('is waited for, like those that are here', async () => {
    const claimed = Promise.withResolvers<ClaimedCall>();
    const { calls, end } = bridge(2, () => claimed.promise);
    const reserved = calls.reserve(wanted);
    const drained = calls.drain(60_000);
    expect(await soon(drained)).toBe('waits');
    claimed.resolve(claimedCall(1));
    expect(await reserved).toBeUndefined();
    expect(await soon(drained)).toBe('waits');
    end(1);
    expect(await drained).toBe(true);
  });

  it('is handed over when those that are here are, before anybody is told to ask another bridge', async () => {
    const claimed = Promise.withResolvers<ClaimedCall>();
    const { calls, end, received } = bridge(2, () => claimed.promise);
    const reserved = calls.reserve(wanted);
    const handedOver = calls.handOver(60_000);
    expect(await soon(handedOver)).toBe('waits');
    claimed.resolve(claimedCall(1));
    expect(await soon(reserved)).toBe('waits');
    expect(received).toEqual(['hand_over']);
    end(1);
    expect([await reserved, await handedOver]).toEqual(['draining', true]);
  });

  it('is handed over, not ended, when it is claimed after everything was ended', async () => {
    const claimed = Promise.withResolvers<ClaimedCall>();
    const { calls, end, received } = bridge(2, () => claimed.promise);
    const reserved = calls.reserve(wanted);
    const ended = calls.endAll(60_000);
    expect(await soon(ended)).toBe('waits');
    claimed.resolve(claimedCall(1));
    await soon(reserved);
    end(1);
    await ended;
    expect(received).toEqual(['hand_over']);
  });

  it('is waited for although it cannot be claimed', async () => {
    const claimed = Promise.withResolvers<ClaimedCall>();
    const { calls } = bridge(2, () => claimed.promise);
    const reserved = calls.reserve(wanted);
    const drained = calls.drain(60_000);
    claimed.reject(new Error('NATS is away'));
    await expect(reserved).rejects.toThrow('NATS is away');
    expect(await drained).toBe(true);
  });
});

it('says of calls it has to end itself that it failed them', async () => {
  const { calls, begin, evictions } = bridge();
  await begin(reservation(1));
  await calls.endAll(60_000);
  expect(evictions).toEqual(['failed']);
});

it('claims nothing once it is stopping', async () => {
  const { calls } = bridge(2, () => expect.fail('claimed'));
  await calls.drain(0);
  expect(await calls.reserve({ ...reservation(1), mode: 'resume' })).toBe('draining');
});

// The gateway hangs up on a call that is over; this one is on its way to another bridge.
it('sends a call elsewhere while its last words are being written', async () => {
  const { calls, begin, end } = bridge();
  await begin(reservation(1));
  calls.claim({ callSid: sid(1), businessId: 'b1', reservationId: 'a'.repeat(32) });
  const handedOver = calls.handOver(60_000);
  for (const mode of ['new', 'resume'] as const) {
    expect(await calls.reserve({ ...reservation(1, 'b'.repeat(32)), mode })).toBe('draining');
  }
  end(1);
  expect(await handedOver).toBe(true);
});

// A gateway that waited in vain for this bridge's answer has asked another one; a webhook that came twice has not.
it('lets go of a reserved call with its last reservation, and of none that is talking', async () => {
  const { calls, begin, received } = bridge();
  const [one, other] = ['a'.repeat(32), 'b'.repeat(32)];
  await begin(reservation(1, one));
  await calls.reserve(reservation(1, other));
  const release = (reservationId: string, businessId = 'b1') =>
    calls.release({ callSid: sid(1), businessId, reservationId });
  const nobodys = [release(one, 'b2'), release('c'.repeat(32)), release(one), release(one)];
  expect(await Promise.all(nobodys)).toEqual(Array(4).fill(false));
  expect(received).toEqual([]);
  expect(calls.claim({ callSid: sid(1), businessId: 'b1', reservationId: one })).toBeUndefined();
  expect(await release(other)).toBe(true);
  expect(received).toEqual(['hand_over']);

  await begin(reservation(2, one));
  expect(calls.claim({ callSid: sid(2), businessId: 'b1', reservationId: one })).toBeDefined();
  expect(await calls.release({ callSid: sid(2), businessId: 'b1', reservationId: one })).toBe(false);
  expect(received).toEqual(['hand_over']);
});

describe('a new call that is accepted, and whose work has not begun', () => {
  // Beginning it takes milliseconds, in which the caller would hear it ring.
  it('is answered first, and counts', async () => {
    const { calls, opened } = bridge(1);
    expect(await calls.reserve(reservation(1))).toBeUndefined();
    expect([opened(), calls.active]).toEqual([0, 1]);
    expect(await calls.reserve(reservation(2))).toBe('full');
    await nextTurn();
    expect([opened(), calls.active]).toEqual([1, 1]);
  });

  // A bridge that was busy finds the reservation and what follows it in the same piece of what NATS sent.
  it('is let go of, and over, when that is said right behind its reservation', async () => {
    const { calls, received } = bridge();
    const { businessId, callSid, reservationId } = reservation(1);
    void calls.reserve(reservation(1));
    expect(await calls.release({ businessId, callSid, reservationId })).toBe(true);
    expect(received).toEqual(['hand_over']);
    void calls.reserve(reservation(2));
    expect(await calls.over({ businessId, callSid: sid(2) })).toBe(true);
    expect(calls.active).toBe(1);
  });

  it('is handed over when the bridge is leaving its calls by then', async () => {
    const { calls, end, received } = bridge();
    expect(await calls.reserve(reservation(1))).toBeUndefined();
    const handedOver = calls.handOver(60_000);
    await nextTurn();
    expect(received).toEqual(['hand_over']);
    end(1);
    expect(await handedOver).toBe(true);
  });

  it('does not keep its place when it cannot be begun', async () => {
    const { calls } = bridge(1, undefined, () => expect.fail('a bug'));
    expect(await calls.reserve(reservation(1))).toBeUndefined();
    await nextTurn();
    expect(calls.active).toBe(0);
    expect(await calls.release(reservation(1))).toBe(false);
  });
});
