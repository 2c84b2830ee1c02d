// Pins: an appointment that changes its name during a call, so that another one is moved or cancelled.
import { expect, it } from 'vitest';
import { createAppointmentHandles } from './appointment-handles.ts';

const [first, second, third] = ['1', '2', '3'].map((n) => `00000000-0000-4000-8000-00000000000${n}`) as [
  string,
  string,
  string,
];

it('keeps the handle of an appointment that is spoken of again', () => {
  const handles = createAppointmentHandles();
  expect([handles.know(first), handles.know(second), handles.know(first)]).toEqual(['a1', 'a2', 'a1']);
  expect(handles.find(' A2 ')).toBe(second);
  expect(handles.find('a3')).toBeUndefined();
});

it('goes on where another bridge stopped', () => {
  const before = createAppointmentHandles();
  before.know(first);
  before.know(second);
  const handles = createAppointmentHandles(before.takeNew());
  expect(before.takeNew()).toEqual([]);
  expect(handles.find('a2')).toBe(second);
  expect([handles.know(third), handles.know(first)]).toEqual(['a3', 'a1']);
  expect(handles.takeNew()).toEqual([{ handle: 'a3', appointmentId: third }]);
  expect(createAppointmentHandles([{ handle: 'a4', appointmentId: first }]).know(second)).toBe('a5');
});
