import { expect, it } from 'vitest';
import { createFarewells, isFarewell } from './farewell.ts';

it.each([
  'Thank you for calling. Goodbye!',
  'You are booked for Thursday. Have a great day!',
  'Take care, bye bye.',
  'Goodbye! Thank you for calling.',
  '¡Gracias por llamar, adiós!',
  'Auf Wiederhören!',
])('hears the receptionist’s goodbye in "%s"', (text) => {
  expect(isFarewell('receptionist', text)).toBe(true);
});

it.each([
  'Goodbye is what we say in Texas. We also say howdy. What can I do for you today?',
  'Before you say bye, may I have your name?',
  'The tune-up costs $129. Anything else?',
  'Bye the way we are open on Sunday. We open at nine. Tell me more.',
])('hears none in "%s"', (text) => {
  expect(isFarewell('receptionist', text)).toBe(false);
});

it.each(["No thanks, that's all", 'Okay bye', 'Bye!', 'Great, have a good one', 'adiós', 'Nothing else'])(
  'hears the caller’s goodbye in "%s"',
  (text) => {
    expect(isFarewell('caller', text)).toBe(true);
  },
);

it.each(['What is nothing else about?', 'I need a furnace', 'See, the thing is broken', "That's all right, go on"])(
  'hears none of the caller’s in "%s"',
  (text) => {
    expect(isFarewell('caller', text)).toBe(false);
  },
);

it('takes what was cut off for unsaid, and what follows for the last word', () => {
  const farewells = createFarewells();
  farewells.turn({ role: 'caller', text: 'Bye', interrupted: false });
  farewells.turn({ role: 'receptionist', text: 'Goodbye', interrupted: true });
  expect(farewells.both).toBe(false);
  farewells.turn({ role: 'receptionist', text: 'Goodbye!', interrupted: false });
  expect(farewells.both).toBe(true);
  farewells.turn({ role: 'caller', text: 'Wait, one more question', interrupted: false });
  expect(farewells.both).toBe(false);
});
