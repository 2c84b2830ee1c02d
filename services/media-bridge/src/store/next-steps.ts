/**
 * What Twilio should do after calls that are over, for the gateway that asks when Twilio does. Remembered for a minute,
 * all of them by one timer, so that a bridge without calls soon has nothing left of them.
 */
import type { NextStep } from '@frontdesk/contracts/kv/calls';
import type { Clock } from '@frontdesk/lifecycle';
import { within } from './within.ts';

const REMEMBER_MS = 60_000;

export interface NextSteps {
  remember(callSid: string, next: NextStep): void;
  /** Twilio came back with a call whose conversation was over: it has begun another one. */
  forget(callSid: string): void;
  /** Somebody wants to know. @returns undefined when the call is not remembered */
  asked(callSid: string): NextStep | undefined;
  /** Waits until every step was asked for, then forgets them. */
  untilAsked(deadlineMs: number): Promise<void>;
}

export function createNextSteps(clock: Clock): NextSteps {
  /** In the order they are forgotten. */
  const steps = new Map<string, { next: NextStep; untilMs: number }>();
  const unasked = new Set<string>();
  let sweeping: Disposable | undefined;
  let allAsked: (() => void) | undefined;

  function wasAsked(callSid: string): void {
    unasked.delete(callSid);
    if (unasked.size === 0) allAsked?.();
  }

  function forget(callSid: string): void {
    wasAsked(callSid);
    steps.delete(callSid);
    if (steps.size > 0) return;
    sweeping?.[Symbol.dispose]();
    sweeping = undefined;
  }

  function sweepLater(): void {
    const [oldest] = steps.values();
    if (oldest === undefined || sweeping !== undefined) return;
    sweeping = clock.after(Math.max(0, oldest.untilMs - clock.monotonicMs()), sweep);
  }

  function sweep(): void {
    sweeping = undefined;
    const nowMs = clock.monotonicMs();
    for (const [callSid, { untilMs }] of [...steps]) {
      if (untilMs > nowMs) break;
      forget(callSid);
    }
    sweepLater();
  }

  return {
    forget,
    remember(callSid, next) {
      steps.delete(callSid);
      steps.set(callSid, { next, untilMs: clock.monotonicMs() + REMEMBER_MS });
      unasked.add(callSid);
      sweepLater();
    },
    asked(callSid) {
      wasAsked(callSid);
      return steps.get(callSid)?.next;
    },
    async untilAsked(deadlineMs) {
      const { promise, resolve } = Promise.withResolvers<void>();
      allAsked = resolve;
      if (unasked.size > 0) await within(clock, deadlineMs, promise);
      for (const callSid of [...steps.keys()]) forget(callSid);
    },
  };
}
