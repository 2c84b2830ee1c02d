/** One who books, moves and cancels, asks again with the same key until there is an answer, and remembers what it was told. */
import { setTimeout as delay } from 'node:timers/promises';
import { bookSlot } from '@frontdesk/contracts/booking/book-slot';
import { cancelAppointment } from '@frontdesk/contracts/booking/cancel-appointment';
import { confirmHold } from '@frontdesk/contracts/booking/confirm-hold';
import { holdSlot } from '@frontdesk/contracts/booking/hold-slot';
import { moveAppointment } from '@frontdesk/contracts/booking/move-appointment';
import type { RpcContract } from '@frontdesk/contracts/rpc';
import { WireError } from '@frontdesk/contracts/wire-error';
import type { Messaging } from '@frontdesk/messaging';
import type { z } from 'zod';
import type { Kept, Shop } from './booking-shop.ts';
import { numberOf } from './callers.ts';
import type { Dice } from './dice.ts';

export interface Account {
  /** What the last answer said of each appointment. */
  readonly told: Map<string, Kept>;
  /** Milliseconds from asking to having the answer, every repeat included. */
  readonly durations: number[];
  readonly answers: Record<string, number>;
  /** Tries that came to nothing, by code: asked again with the same key. */
  readonly repeats: Record<string, number>;
  /** Requests that never got an answer. */
  readonly lost: string[];
}

export function newAccount(): Account {
  return { told: new Map(), durations: [], answers: {}, repeats: {}, lost: [] };
}

/** The shortest there is, so that some are over before they are confirmed. */
export const HOLD_SECONDS = 15;
const THINKS_UP_TO_MS = 150;
const MOST_APPOINTMENTS = 3;
/** So many at once are more than one service can answer soon: they wait, rather than ask again and make it worse. */
const TIMEOUT_MS = 6_000;
const GIVES_UP_AFTER_MS = 60_000;
const AGAIN_AFTER_MS = 50;

interface Mine {
  readonly appointmentId: string;
  readonly serviceId: string | undefined;
  readonly code: string;
}

export interface Client {
  readonly messaging: Messaging;
  readonly shop: Shop;
  readonly dice: Dice;
  readonly index: number;
}

/** Goes on while `goesOn` says so, and finishes what it began. */
export async function runClient({ messaging, shop, dice, index }: Client, account: Account, goesOn: () => boolean) {
  let mine: Mine[] = [];
  let asked = 0;
  const phone = numberOf(index);
  const callSid = `CA${index.toString(16).padStart(32, '0')}`;
  const customer = { name: `Client ${index}`, phone };
  const anySlot = () => shop.slots[dice.below(shop.slots.length)] ?? shop.slots[0];

  async function ask<Request extends z.ZodType, Reply extends z.ZodType>(
    contract: RpcContract<Request, Reply>,
    body: z.input<Request>,
  ): Promise<z.output<Reply> | undefined> {
    asked += 1;
    const idempotencyKey = `client-${index}-${asked}`;
    const beganAt = performance.now();
    const outcome = (name: string) => {
      account.durations.push(performance.now() - beganAt);
      account.answers[`${contract.verb} ${name}`] = (account.answers[`${contract.verb} ${name}`] ?? 0) + 1;
    };
    for (;;) {
      try {
        const reply = await messaging.request(contract, shop.businessId, body, {
          idempotencyKey,
          timeoutMs: TIMEOUT_MS,
        });
        outcome('ok');
        return reply;
      } catch (error) {
        if (!(error instanceof WireError)) throw error;
        if (error.code === 'conflict') {
          outcome('conflict');
          return undefined;
        }
        if (error.code !== 'unavailable' && error.code !== 'deadline') throw error;
        account.repeats[error.code] = (account.repeats[error.code] ?? 0) + 1;
        if (performance.now() - beganAt > GIVES_UP_AFTER_MS) {
          account.lost.push(`${contract.verb} ${idempotencyKey}`);
          return undefined;
        }
        await delay(AGAIN_AFTER_MS);
      }
    }
  }

  function tell(it: { appointmentId: string; startsAt: string; resourceId?: string }, status: string): void {
    const startsAt = Date.parse(it.startsAt);
    account.told.set(it.appointmentId, { status, startsAt, resourceId: it.resourceId ?? '' });
  }

  async function makeOne(): Promise<void> {
    const slot = anySlot();
    if (!slot) return;
    const anyResource = dice.below(2) === 0;
    if (dice.below(3) > 0) return keep(await ask(bookSlot, { slot, customer, anyResource }));
    const held = await ask(holdSlot, { slot, anyResource, callSid, seconds: HOLD_SECONDS });
    if (!held) return;
    // Some hang up, and it is given up by itself. Some think for longer than it lasts: they may have it all the same
    // while nobody else does.
    tell(held, 'cancelled');
    const thought = dice.below(6);
    if (thought === 0) return;
    if (thought === 1) await delay(HOLD_SECONDS * 1_000 + dice.below(2_000));
    keep(await ask(confirmHold, { appointmentId: held.appointmentId, customer, callSid }));
  }

  function keep(booked: z.output<typeof bookSlot.reply> | undefined): void {
    if (!booked) return;
    tell(booked, 'confirmed');
    const { appointmentId, serviceId, confirmationCode: code } = booked;
    if (!mine.some((one) => one.appointmentId === appointmentId)) mine.push({ appointmentId, serviceId, code });
  }

  const proofWith = (code: string) => ({ by: 'caller' as const, callSid, phone, trust: 'open' as const, code });

  while (goesOn()) {
    await delay(dice.below(THINKS_UP_TO_MS));
    const one = mine[dice.below(Math.max(1, mine.length))];
    const what = dice.below(10);
    const slot = anySlot();
    if (!one || !slot || (what < 2 && mine.length < MOST_APPOINTMENTS)) {
      await makeOne();
    } else if (what < 7) {
      const { appointmentId, serviceId = slot.serviceId } = one;
      const request = { appointmentId, slot: { ...slot, serviceId }, anyResource: dice.below(2) === 0 };
      const moved = await ask(moveAppointment, { ...request, proof: proofWith(one.code) });
      if (moved) tell(moved, 'confirmed');
    } else {
      const { appointmentId } = one;
      const cancelled = await ask(cancelAppointment, { appointmentId, proof: proofWith(one.code) });
      if (cancelled) tell(cancelled, 'cancelled');
      mine = mine.filter((other) => other !== one);
    }
  }
}
