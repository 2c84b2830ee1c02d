import { expect, it } from 'vitest';
import { SLOT as slot } from './call-session.harness.ts';
import { createSlotHandles } from './slot-handles.ts';

// "The first one" must stay the first one when the model looks again.
it('keeps the handle of a time that is offered again, in whatever spelling', () => {
  const handles = createSlotHandles();
  expect(handles.offer(slot)).toBe('s1');
  expect(handles.offer({ ...slot, startsAt: '2026-12-03T21:30:00Z' })).toBe('s2');
  expect(handles.offer({ ...slot, startsAt: '2026-12-03T14:30:00-06:00' })).toBe('s1');
  expect(handles.find(' S2 ')?.startsAt).toBe('2026-12-03T21:30:00Z');
  expect(handles.find('s3')).toBeUndefined();
});

// Whoever asked for Dana must not get Miguel because the time was mentioned again, or another bridge took the call over.
it('remembers for whom somebody was asked, and says when that changed', () => {
  const handles = createSlotHandles();
  const handle = handles.offer(slot, true);
  const offers = handles.takeNew();
  expect(offers).toEqual([{ handle: 's1', slot, named: true }]);
  handles.offer(slot);
  expect([handles.isAnybodys(handle), handles.takeNew()]).toEqual([false, []]);
  handles.offer(slot, false);
  expect([handles.isAnybodys(handle), handles.takeNew()]).toEqual([true, [{ handle: 's1', slot }]]);
  expect(createSlotHandles(offers).isAnybodys(handle)).toBe(false);
});

// A bridge that died may have written down what it offered last, and not what it offered before.
it('gives no handle that may have been another time’s', () => {
  const handles = createSlotHandles([{ handle: 's4', slot }]);
  expect(handles.takeNew()).toEqual([]);
  expect(handles.offer({ ...slot, startsAt: '2026-12-03T21:30:00Z' })).toBe('s5');
  expect(handles.offer(slot)).toBe('s4');
});
