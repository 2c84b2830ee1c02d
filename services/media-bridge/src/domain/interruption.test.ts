import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createInterruption, type Verdict } from './interruption.ts';

const kinds = (verdicts: Verdict[]) => verdicts.map(({ kind }) => kind);

describe('a sound of the caller’s', () => {
  it('is a turn as soon as it was long enough, and answered when it is complete', () => {
    const sound = createInterruption();
    const verdicts = [sound.started('u1'), sound.stopped('u1', 250), sound.heardOut('u1')];
    expect(verdicts).toEqual([{ kind: 'none' }, { kind: 'interrupted' }, { kind: 'turn', interrupted: false }]);
    expect(sound.open()).toBe(false);
  });

  // A cough used to end the receptionist's sentence for good.
  it('is a noise when it is short and has no words', () => {
    const sound = createInterruption();
    expect(kinds([sound.started('u1'), sound.stopped('u1', 249), sound.heardOut('u1')])).toEqual([
      'none',
      'none',
      'none',
    ]);
    expect(sound.words('u1', ' ')).toEqual({ kind: 'noise', itemIds: ['u1'] });
  });

  it.each([
    ['has words', 'no'],
    ['could not be understood', undefined],
  ])('is a turn when it is short and %s', (_, text) => {
    const sound = createInterruption();
    sound.started('u1');
    sound.stopped('u1', 100);
    sound.heardOut('u1');
    expect(sound.words('u1', text)).toEqual({ kind: 'turn', interrupted: true });
  });

  it('is a turn when nobody says how long it was', () => {
    const sound = createInterruption();
    sound.started('u1');
    expect(sound.stopped('u1', undefined)).toEqual({ kind: 'interrupted' });
  });

  it('interrupts when it goes on, and is not waited for for ever', () => {
    const sound = createInterruption();
    sound.started('u1');
    expect(sound.overdue()).toEqual({ kind: 'interrupted' });
    sound.stopped('u1', 3_000);
    expect(sound.overdue()).toEqual({ kind: 'turn', interrupted: false });
    sound.started('u2');
    sound.stopped('u2', 50);
    expect(sound.overdue()).toEqual({ kind: 'turn', interrupted: true });
  });

  it('is decided together with the one that follows it at once', () => {
    const sound = createInterruption();
    sound.started('u1');
    sound.stopped('u1', 60);
    sound.heardOut('u1');
    sound.started('u2');
    expect(sound.words('u1', '')).toEqual({ kind: 'none' });
    sound.stopped('u2', 80);
    sound.heardOut('u2');
    expect(sound.words('u2', '')).toEqual({ kind: 'noise', itemIds: ['u1', 'u2'] });
  });
});

const step = fc.record({
  do: fc.constantFrom('started', 'stopped', 'heardOut', 'words', 'overdue'),
  item: fc.constantFrom('u1', 'u2', 'u3'),
  speechMs: fc.option(fc.nat(600), { nil: undefined }),
  text: fc.constantFrom('yes', '', undefined),
});

it('every interruption is either a turn, announced once, or a noise, in any order of events', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
      const sound = createInterruption();
      let announced = false;
      let open = false;
      for (const { do: act, item, speechMs, text } of steps) {
        const before = open;
        const verdict =
          act === 'started'
            ? sound.started(item)
            : act === 'stopped'
              ? sound.stopped(item, speechMs)
              : act === 'heardOut'
                ? sound.heardOut(item)
                : act === 'words'
                  ? sound.words(item, text)
                  : sound.overdue();
        open = sound.open();
        if (verdict.kind === 'interrupted') {
          expect(announced).toBe(false);
          announced = true;
        }
        if (verdict.kind === 'turn') expect(verdict.interrupted).toBe(!announced);
        if (verdict.kind === 'noise') expect(announced).toBe(false);
        if (verdict.kind === 'turn' || verdict.kind === 'noise') {
          expect([before, open]).toEqual([true, false]);
          announced = false;
        }
        expect(sound.undecided()).toBe(open && !announced);
      }
    }),
  );
});
