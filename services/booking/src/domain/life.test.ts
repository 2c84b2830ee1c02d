// Pins appointments that come back from the dead, are changed after their end, or are counted twice.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Appointment } from './appointment.ts';
import { mayCancel, mayConfirm, mayMarkNoShow, mayMove, mayRelease, type Step } from './life.ts';

const now = Temporal.Instant.from('2026-03-02T15:00:00Z');
const hours = (count: number) => now.add({ minutes: Math.round(count * 60) });

type Standing = Parameters<typeof mayMove>[0];

function standing(status: Appointment['status'], more: Partial<Standing> = {}): Standing {
  const customer = status === 'held' ? null : { name: 'Robin Vale', phone: null };
  return { status, startsAt: hours(1), endsAt: hours(2), customer, cancelledBy: null, callSid: 'CA1', ...more };
}

const going = standing('confirmed', { startsAt: hours(-0.5), endsAt: hours(0.5) });

describe('the life of an appointment', () => {
  it.each<[string, Step, Step['go']]>([
    ['a hold is confirmed in its call', mayConfirm(standing('held'), 'CA1', now), 'on'],
    ['and by the business', mayConfirm(standing('held'), undefined, now), 'on'],
    ['but in no other call', mayConfirm(standing('held'), 'CA2', now), 'refused'],
    ['nor when its time has passed', mayConfirm(standing('held', { startsAt: hours(-1) }), 'CA1', now), 'refused'],
    ['twice is once', mayConfirm(standing('confirmed'), 'CA1', now), 'already'],
    [
      'a hold that expired may still be',
      mayConfirm(standing('cancelled', { customer: null, cancelledBy: 'expiry' }), 'CA1', now),
      'on',
    ],
    [
      'one that was given up may not',
      mayConfirm(standing('cancelled', { customer: null, cancelledBy: 'caller' }), 'CA1', now),
      'refused',
    ],
    ['a booked one is not released', mayRelease(standing('confirmed'), 'CA1'), 'refused'],
    ['a hold is no appointment to move', mayMove(standing('held'), 'business', now), 'refused'],
    ['callers change nothing that has begun', mayCancel(going, 'caller', now), 'refused'],
    ['the business does', mayCancel(going, 'business', now), 'on'],
    ['until it has ended', mayMove({ ...going, endsAt: now }, 'business', now), 'refused'],
    ['nobody has failed to come before the start', mayMarkNoShow(standing('confirmed'), now), 'refused'],
    ['a start is when it begins', mayMarkNoShow(standing('confirmed', { startsAt: now }), now), 'on'],
  ])('%s', (_, step, go) => {
    expect(step.go).toBe(go);
  });

  it('ends once: whatever is tried in whatever order, what is over stays over, and repeats change nothing', () => {
    const actions = fc.constantFrom('confirm', 'release', 'move', 'cancel', 'no-show', 'expire', 'wait');
    fc.assert(
      fc.property(fc.boolean(), fc.array(actions, { maxLength: 30 }), (isHeld, tried) => {
        let it: Standing = standing(isHeld ? 'held' : 'confirmed');
        let at = now;
        for (const action of tried) {
          const before = it;
          const step = judge(action, it, at);
          if (action === 'wait') at = at.add({ minutes: 20 });
          else if (step.go === 'on') it = after(action, it);
          if (step.go === 'on') expect(judge(action, it, at).go, `${action} again`).not.toBe('refused');
          expect(it.customer !== null || ['held', 'cancelled'].includes(it.status)).toBe(true);
          if (before.status === 'no_show') expect(it.status).toBe('no_show');
          // Only a hold nobody gave up comes back.
          if (before.status === 'cancelled' && it.status !== 'cancelled') expect(before.cancelledBy).toBe('expiry');
        }
      }),
    );
  });
});

function judge(action: string, it: Standing, at: Temporal.Instant): Step {
  switch (action) {
    case 'confirm':
      return mayConfirm(it, 'CA1', at);
    case 'release':
      return mayRelease(it, 'CA1');
    case 'move':
      return mayMove(it, 'business', at);
    case 'cancel':
      return mayCancel(it, 'business', at);
    case 'no-show':
      return mayMarkNoShow(it, at);
    case 'expire':
      return it.status === 'held' ? { go: 'on' } : { go: 'already' };
    default:
      return { go: 'already' };
  }
}

function after(action: string, it: Standing): Standing {
  switch (action) {
    case 'confirm':
      return { ...it, status: 'confirmed', customer: { name: 'Robin Vale', phone: null }, cancelledBy: null };
    case 'release':
      return { ...it, status: 'cancelled', cancelledBy: 'caller' };
    case 'cancel':
      return { ...it, status: 'cancelled', cancelledBy: 'business' };
    case 'expire':
      return { ...it, status: 'cancelled', cancelledBy: 'expiry' };
    case 'no-show':
      return { ...it, status: 'no_show' };
    default:
      return it;
  }
}
