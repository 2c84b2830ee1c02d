import { expect, it } from 'vitest';
import { createFarewells, isFarewell } from './farewell.ts';

it.each([
  'Thank you for calling. Goodbye!',
  'You are booked for Thursday. Have a great day!',
  'Take care, bye bye.',
  'Goodbye! Thank you for calling.',
  'Thank you for calling, and have a great day!',
  '¡Gracias por llamar, adiós!',
  'Auf Wiederhören!',
])('hears the receptionist’s goodbye in "%s"', (text) => {
  expect(isFarewell('receptionist', text)).toBe(true);
});

it.each([
  'Goodbye is what we say in Texas. We also say howdy. What can I do for you today?',
  'Before you say bye, may I have your name?',
  'The tune-up costs $129. Anything else?',
  "You're booked, we'll see you on Thursday at 8:30. Your confirmation code is 2 X 8 L 8.",
  'We will see you on Thursday at 8:30.',
  'Bye for now is what Dana says. She comes on Monday.',
  'Bye the way we are open on Sunday. We open at nine. Tell me more.',
])('hears none in "%s"', (text) => {
  expect(isFarewell('receptionist', text)).toBe(false);
});

it.each(['Okay bye', 'Bye!', 'Great, have a good one', 'adiós', "No thanks, that's all, bye"])(
  'hears the caller’s goodbye in "%s"',
  (text) => {
    expect(isFarewell('caller', text)).toBe(true);
  },
);

it.each(["No thanks, that's all", 'Nothing else', 'No, thank you.', 'Eso es todo'])(
  'hears the caller’s goodbye in "%s" only when they were asked for anything else',
  (text) => {
    expect(isFarewell('caller', text)).toBe(false);
    for (const asked of [
      'You are booked. Is there anything else I can do for you?',
      'Anything else?',
      '¿Algo más?',
      'Kann ich sonst noch etwas für Sie tun?',
    ])
      expect(isFarewell('caller', text, asked)).toBe(true);
    for (const asked of ['Shall I note anything for the technician?', 'Anything else? I also have Friday.'])
      expect(isFarewell('caller', text, asked)).toBe(false);
  },
);

it.each(['What is nothing else about?', 'I need a furnace', 'See, the thing is broken', "That's all right, go on"])(
  'hears none of the caller’s in "%s"',
  (text) => {
    expect(isFarewell('caller', text)).toBe(false);
  },
);

it('takes a "no, thanks" for what it answers', () => {
  const heard = (asked: string) => {
    const farewells = createFarewells();
    farewells.turn({ role: 'receptionist', text: asked, interrupted: false });
    farewells.turn({ role: 'caller', text: 'No, thank you.', interrupted: false });
    farewells.turn({ role: 'receptionist', text: 'Have a great day!', interrupted: false });
    return farewells.both();
  };
  expect(heard('Is there anything else?')).toBe(true);
  expect(heard('Shall I note anything for the technician?')).toBe(false);
});

it('takes what was cut off for unsaid, and what follows for the last word', () => {
  const farewells = createFarewells();
  farewells.turn({ role: 'caller', text: 'Bye', interrupted: false });
  farewells.turn({ role: 'receptionist', text: 'Goodbye', interrupted: true });
  expect(farewells.both()).toBe(false);
  farewells.turn({ role: 'receptionist', text: 'Goodbye!', interrupted: false });
  expect(farewells.both()).toBe(true);
  farewells.turn({ role: 'caller', text: 'Wait, one more question', interrupted: false });
  expect(farewells.both()).toBe(false);
});
