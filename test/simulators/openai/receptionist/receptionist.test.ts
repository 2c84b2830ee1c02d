import { describe, expect, test } from 'vitest';
import type { Entry, Move, Situation } from './conversation.ts';
import { decide, PHRASES } from './receptionist.ts';
import { pickSlot } from './slots.ts';
import { SENTENCES } from './tool-answers.ts';
import { answeredName, statedName } from './wishes.ts';

const TOOLS = ['search_knowledge', 'find_slots', 'book_slot', 'save_caller_name', 'take_message', 'end_call'];
const INSTRUCTIONS = `# Who you are
A receptionist. You speak for Bluebird Heating & Air.

# What can be booked
- Furnace tune-up (60 minutes). $129
- Emergency repair (120 minutes)

# The caller
You do not know this caller.`;

const SLOTS = [
  { slot: 's1', time: 'Thursday, December 3 at 2:30 PM', with: 'Dana', service: 'Furnace tune-up' },
  { slot: 's2', time: 'Thursday, December 3 at 4 PM', with: 'Luis', service: 'Furnace tune-up' },
  { slot: 's3', time: 'Friday, December 4 at 9 AM', with: 'Dana', service: 'Furnace tune-up' },
];

/** Plays a call: the caller's lines against tools that answer as given; returns everything the receptionist did. */
function play(lines: string[], answers: Record<string, unknown> = {}, changes: Partial<Situation> = {}): Move[] {
  const conversation: Entry[] = [];
  const moves: Move[] = [];
  const standard: Record<string, unknown> = {
    find_slots: { exact: true, slots: SLOTS },
    book_slot: {
      booked: true,
      time: SLOTS[1]?.time,
      with: 'Luis',
      service: 'Furnace tune-up',
      confirmation_code: 'K7Q2',
    },
    save_caller_name: { saved: true },
    take_message: { taken: true, message: { number: '+13125550142' } },
    search_knowledge: {
      passages: [{ title: 'Prices', text: 'We fix boilers. A tune-up costs $129. It takes an hour.' }],
    },
    end_call: { ok: true },
    ...answers,
  };
  for (const line of lines) {
    conversation.push({ kind: 'said', by: 'caller', text: line });
    for (let round = 0; round < 6; round += 1) {
      const next = decide({ instructions: INSTRUCTIONS, tools: TOOLS, conversation, ...changes });
      moves.push(...next);
      for (const move of next) {
        if ('say' in move) conversation.push({ kind: 'said', by: 'receptionist', text: move.say });
        else {
          const callId = `call_${conversation.length}`;
          conversation.push({ kind: 'called', callId, name: move.call, arguments: JSON.stringify(move.arguments) });
          conversation.push({ kind: 'answered', callId, output: JSON.stringify(standard[move.call]) });
        }
      }
      const last = next.at(-1);
      if (last === undefined || 'say' in last || last.call === 'end_call') break;
    }
  }
  return moves;
}

describe('a call', () => {
  test('from a question over a booking to the goodbye', () => {
    expect(
      play([
        'How much is a tune-up?',
        "My name is Ada Park and I'd like to book a furnace tune-up on Thursday afternoon.",
        'The second one, please.',
        'No, thank you. Goodbye!',
      ]),
    ).toEqual([
      { call: 'search_knowledge', arguments: { query: 'How much is a tune-up?' } },
      { say: 'A tune-up costs $129. It takes an hour. Anything else?' },
      { call: 'save_caller_name', arguments: { name: 'Ada Park' } },
      {
        call: 'find_slots',
        arguments: { service: 'Furnace tune-up', day: 'thursday', week: 'any', part_of_day: 'afternoon' },
      },
      { say: 'I have Thursday, December 3 at 2:30 PM, 4 PM or Friday, December 4 at 9 AM. Which one works for you?' },
      { call: 'book_slot', arguments: { slot: 's2', name: 'Ada Park' } },
      {
        say: "You're booked for Thursday, December 3 at 4 PM with Luis. Your confirmation code is K7Q2. Anything else?",
      },
      { say: PHRASES.goodbye },
      { call: 'end_call', arguments: {} },
    ]);
  });

  test('the name is asked for when nobody said it, and not when the instructions know it', () => {
    const lines = ['Can I make an appointment for next week?', 'Friday at nine works.', "It's Noor Haddad."];
    expect(play(lines).slice(2)).toEqual([
      { say: PHRASES.askName },
      { call: 'save_caller_name', arguments: { name: 'Noor Haddad' } },
      { call: 'book_slot', arguments: { slot: 's3', name: 'Noor Haddad' } },
      expect.objectContaining({ say: expect.stringContaining('confirmation code') }),
    ]);
    const known = { instructions: `${INSTRUCTIONS}\nThis is "Noor Haddad"; do not ask for the name again.` };
    expect(play(lines.slice(0, 2), {}, known)).toContainEqual({
      call: 'book_slot',
      arguments: { slot: 's3', name: 'Noor Haddad' },
    });
  });

  test('another day is searched, not forced into what was offered', () => {
    const moves = play(['I need an appointment on Thursday.', 'Do you have anything free on Monday morning?']);
    expect(moves.filter((move) => 'call' in move)).toMatchObject([
      { arguments: { day: 'thursday' } },
      { arguments: { day: 'monday', part_of_day: 'morning' } },
    ]);
  });

  test('a question between offer and choice is answered, and the offer stands', () => {
    const moves = play(['Book me in.', 'The first one.', 'What does it cost?', 'My name is Ada Park.']);
    expect(moves.map((move) => ('call' in move ? move.call : 'say'))).toEqual([
      'find_slots',
      'say',
      'say',
      'search_knowledge',
      'say',
      'save_caller_name',
      'book_slot',
      'say',
    ]);
  });
});

describe('tools that fail', () => {
  test.each([
    ['find_slots', 'unavailable', ['Book an appointment.'], SENTENCES.noCalendar],
    ['find_slots', 'not_found', ['Book an appointment.'], SENTENCES.notOffered],
    ['search_knowledge', 'unavailable', ['Where are you?'], SENTENCES.noKnowledge],
    ['book_slot', 'deadline', ['I am Ada Park. Book me in.', 'The first one.'], SENTENCES.notKnownIfBooked],
    ['book_slot', 'unavailable', ['I am Ada Park. Book me in.', 'The first one.'], SENTENCES.noCalendar],
  ])('%s: %s is said politely, never as a success', (tool, error, lines, sentence) => {
    expect(play(lines, { [tool]: { error, message: 'for the model' } }).at(-1)).toEqual({ say: sentence });
  });

  test('a time that was just taken leads to another search', () => {
    const moves = play(['I am Ada Park. Book me in.', 'The first one.'], {
      book_slot: { error: 'conflict', message: '' },
    });
    expect(moves.slice(-3)).toEqual([
      { say: SENTENCES.justTaken },
      { call: 'find_slots', arguments: { day: 'any', week: 'any', part_of_day: 'any' } },
      { say: expect.stringMatching(/^I have Thursday/) },
    ]);
  });

  test('a name that could not be saved does not stop the booking', () => {
    const moves = play(['I am Ada Park. Book me in.'], { save_caller_name: { error: 'unavailable', message: '' } });
    expect(moves.map((move) => ('call' in move ? move.call : 'say'))).toEqual([
      'save_caller_name',
      'find_slots',
      'say',
    ]);
  });
});

describe('a message for the team', () => {
  const away = { find_slots: { error: 'unavailable', message: '' } };
  const wish = 'My name is Ada Park. Please book a tune-up on Monday.';

  test('is taken when the calendar is away and the caller agrees', () => {
    expect(play([wish, 'Yes, please ask them to call me in the morning.', 'No, thank you.'], away).slice(2)).toEqual([
      { say: SENTENCES.noCalendar },
      {
        call: 'take_message',
        arguments: { text: `${wish} Yes, please ask them to call me in the morning.`, name: 'Ada Park' },
      },
      { say: SENTENCES.messageTaken },
      { say: PHRASES.goodbye },
      { call: 'end_call', arguments: {} },
    ]);
  });

  test('is not taken from a caller who wants none', () => {
    expect(play([wish, 'No.'], away).at(-1)).toEqual({ say: PHRASES.anythingElse });
  });

  test('is asked for when the caller has not said what it is, and taken once', () => {
    expect(play(['Can I leave a message?', 'The furnace is out.', 'No.'])).toEqual([
      { say: PHRASES.askMessage },
      { call: 'take_message', arguments: { text: 'The furnace is out.' } },
      { say: SENTENCES.messageTaken },
      { say: PHRASES.goodbye },
      { call: 'end_call', arguments: {} },
    ]);
  });

  test('promises no call back without a number, and nothing when it was not taken', () => {
    const lines = ['Please leave a message: the furnace is out.'];
    const withheld = { take_message: { taken: true, message: { number: null } } };
    expect(play(lines, withheld).at(-1)).toEqual({ say: SENTENCES.messageWithoutNumber });
    const failed = { take_message: { error: 'unavailable', message: '' } };
    expect(play(lines, failed).at(-1)).toEqual({ say: SENTENCES.noMessage });
  });

  test('without the tool, a call back is all there is', () => {
    const tools = TOOLS.filter((name) => name !== 'take_message');
    expect(play([wish, 'Yes please.'], away, { tools }).at(-1)).toEqual({ say: PHRASES.callBack });
  });
});

describe('instructions of a response', () => {
  test.each([
    ['Greet the caller. Say exactly the following and nothing else: "Hi, this is Bluebird."', 'Hi, this is Bluebird.'],
    ['Say a short, friendly goodbye in the language of the conversation. Nothing else.', PHRASES.goodbye],
    ['The time for this call is over. Say that you have to end the call now. Then say goodbye.', PHRASES.timeIsUp],
    ['Ask whether they are still there.', PHRASES.stillThere],
    ['The caller is gone. Say that you will end the call now. Then say goodbye.', PHRASES.timeIsUp],
    ['Tell the caller that about one minute is left. Go on.', PHRASES.oneMinute],
    ['A tool is slow. Say that it takes one moment more.', PHRASES.oneMoment],
  ])('%s', (responseInstructions, said) => {
    expect(decide({ instructions: '', tools: TOOLS, conversation: [], responseInstructions })).toEqual([{ say: said }]);
  });

  test('without any, the first words greet for the business', () => {
    expect(decide({ instructions: INSTRUCTIONS, tools: TOOLS, conversation: [] })).toEqual([
      { say: 'Hi, this is Bluebird Heating & Air, how can I help you?' },
    ]);
  });
});

// A word said while a tool worked took nobody's turn: the question it was asked for is still the question.
test('a tool’s answer is said after the word that bridged its time', () => {
  const conversation: Entry[] = [
    { kind: 'said', by: 'caller', text: 'How long does a tune-up take?' },
    { kind: 'called', callId: 'c1', name: 'search_knowledge', arguments: '{}' },
    { kind: 'said', by: 'receptionist', text: PHRASES.oneMoment },
    {
      kind: 'answered',
      callId: 'c1',
      output: JSON.stringify({ passages: [{ title: 'Work', text: 'We fix boilers. A tune-up takes an hour.' }] }),
    },
  ];
  expect(decide({ instructions: INSTRUCTIONS, tools: TOOLS, conversation })).toEqual([
    { say: 'A tune-up takes an hour. Anything else?' },
  ]);
});

test('after a name was saved with a word in between, the conversation goes on from the caller’s words', () => {
  const conversation: Entry[] = [
    { kind: 'said', by: 'receptionist', text: PHRASES.askName },
    { kind: 'said', by: 'caller', text: 'Ada Park. I want to book an appointment' },
    { kind: 'called', callId: 'c1', name: 'save_caller_name', arguments: '{"name":"Ada Park"}' },
    { kind: 'said', by: 'receptionist', text: PHRASES.oneMoment },
    { kind: 'answered', callId: 'c1', output: '{"saved":true}' },
  ];
  expect(decide({ instructions: INSTRUCTIONS, tools: TOOLS, conversation })).toMatchObject([{ call: 'find_slots' }]);
});

describe('small talk', () => {
  test.each([
    ['', PHRASES.notHeard],
    ['Hold on a second.', PHRASES.goAhead],
    ['Purple elephants.', PHRASES.clarify],
    ['My name is Ada.', 'Thanks, Ada. How can I help you?'],
  ])('%j', (line, said) => {
    expect(play([line]).at(-1)).toEqual({ say: said });
  });
});

describe('names', () => {
  test.each([
    ["Hi, I'm calling about my furnace, my name is Zoë O'Neil-Park, hello", "Zoë O'Neil-Park"],
    ['this is Ada.', 'Ada'],
    ["I'm free on Thursday", undefined],
    ['I am Monday', undefined],
    ['my name is very long', undefined],
  ])('%s', (text, name) => expect(statedName(text)).toBe(name));

  test.each([
    ['Sure, it is Ada Park.', 'Ada Park'],
    ['Ada Park', 'Ada Park'],
    ['no thanks', undefined],
  ])('asked: %s', (text, name) => expect(answeredName(text)).toBe(name));
});

describe('which time is meant', () => {
  test.each([
    ['the third one', 's3'],
    ['Thursday at 2:30 works', 's1'],
    ['half past two', 's1'],
    ['two thirty please', 's1'],
    ["four o'clock", 's2'],
    ['4 PM', 's2'],
    ['4 AM', undefined],
    ['Friday', 's3'],
    ['with Luis', 's2'],
    ['the last one', 's3'],
    ['Thursday', 'unclear'],
    ['Monday', undefined],
    ['hello', undefined],
  ])('%s', (text, slot) => {
    const picked = pickSlot(text, SLOTS);
    expect(typeof picked === 'object' ? picked.slot : picked).toBe(slot);
  });
});

describe('moving and cancelling', () => {
  const tools = [...TOOLS, 'look_up_appointments', 'move_appointment', 'cancel_appointment'];
  const mine = { appointment: 'a1', time: 'Monday, November 30 at 9 AM', with: 'Dana', service: 'Furnace tune-up' };
  const known = { look_up_appointments: { appointments: [{ ...mine, needs_code: true }] } };
  const moved = { move_appointment: { moved: true, time: SLOTS[2]?.time, with: 'Dana' } };

  test('is moved once the caller has picked a time and said the code', () => {
    const lines = ['Can I move my appointment to Thursday?', 'Friday at 9, please.', 'It is H 7 Q 2 X.'];
    expect(play(lines, { ...known, ...moved }, { tools })).toEqual([
      { call: 'look_up_appointments', arguments: {} },
      {
        call: 'find_slots',
        arguments: { moving: 'a1', service: 'Furnace tune-up', day: 'thursday', week: 'any', part_of_day: 'any' },
      },
      { say: expect.stringContaining('Which one works for you?') },
      { say: SENTENCES.askCode },
      { call: 'move_appointment', arguments: { appointment: 'a1', slot: 's3', code: 'H7Q2X' } },
      { say: 'Your appointment is moved to Friday, December 4 at 9 AM with Dana. Anything else?' },
    ]);
  });

  test('a stranger is asked for the code, again when it is wrong, and no more when too many were', () => {
    const denied = (message: string) => ({ look_up_appointments: { error: 'denied', message } });
    const needed = denied('for that the confirmation code of the appointment is needed');
    expect(play(['I want to cancel my visit.', 'I do not know.'], needed, { tools })).toEqual([
      { call: 'look_up_appointments', arguments: {} },
      { say: SENTENCES.askCode },
      { say: SENTENCES.askCode },
    ]);
    const wrong = denied('that confirmation code is not right');
    expect(play(['I need to reschedule. My code is HJLMQ.', 'Oh, HJLM2.'], wrong, { tools })).toEqual([
      { call: 'look_up_appointments', arguments: { code: 'HJLMQ' } },
      { say: SENTENCES.wrongCode },
      { call: 'look_up_appointments', arguments: { code: 'HJLM2' } },
      { say: SENTENCES.wrongCode },
    ]);
    const locked = denied('there were too many wrong codes, so no more are taken for now; the team can help');
    expect(play(['Cancel my visit. The code is HJLMQ.', 'No.'], locked, { tools })).toEqual([
      { call: 'look_up_appointments', arguments: { code: 'HJLMQ' } },
      { say: SENTENCES.codesLocked },
      { say: PHRASES.goodbye },
      { call: 'end_call', arguments: {} },
    ]);
  });

  test('when it was to be moved to is not forgotten over the code', () => {
    const conversation: Entry[] = [
      { kind: 'said', by: 'caller', text: 'Can I move my appointment to Thursday next week?' },
      { kind: 'called', callId: 'c1', name: 'look_up_appointments', arguments: '{}' },
      { kind: 'answered', callId: 'c1', output: '{"error":"denied","message":"the code is needed"}' },
      { kind: 'said', by: 'receptionist', text: SENTENCES.askCode },
      { kind: 'said', by: 'caller', text: 'It is H 7 Q 2 X.' },
      { kind: 'called', callId: 'c2', name: 'look_up_appointments', arguments: '{"code":"H7Q2X"}' },
      { kind: 'answered', callId: 'c2', output: JSON.stringify(known.look_up_appointments) },
    ];
    expect(decide({ instructions: INSTRUCTIONS, tools, conversation })).toMatchObject([
      { call: 'find_slots', arguments: { moving: 'a1', day: 'thursday', week: 'next' } },
    ]);
  });

  test('is cancelled only after a yes', () => {
    const cancelled = { cancel_appointment: { cancelled: true, ...mine, late_note: 'There is a fee of 20 dollars.' } };
    const lines = ['Please cancel my appointment, the code is H7Q2X.'];
    const asked = [
      { call: 'look_up_appointments', arguments: { code: 'H7Q2X' } },
      { say: 'Shall I cancel your appointment on Monday, November 30 at 9 AM?' },
    ];
    expect(play([...lines, 'Yes, please.'], { ...known, ...cancelled }, { tools })).toEqual([
      ...asked,
      { call: 'cancel_appointment', arguments: { appointment: 'a1', code: 'H7Q2X' } },
      { say: `Your appointment on ${mine.time} is cancelled. There is a fee of 20 dollars. Anything else?` },
    ]);
    expect(play([...lines, 'No, wait.'], { ...known, ...cancelled }, { tools })).toEqual([
      ...asked,
      { say: SENTENCES.kept },
    ]);
  });
});

test('cut off twice, it says the whole of what it owes, and not its last apology', () => {
  const conversation: Entry[] = [
    { kind: 'said', by: 'caller', text: 'How much is a tune-up?' },
    { kind: 'called', callId: 'c1', name: 'search_knowledge', arguments: '{}' },
    { kind: 'answered', callId: 'c1', output: '{"passages":[{"title":"Prices","text":"A tune-up costs $129."}]}' },
    { kind: 'said', by: 'receptionist', text: 'Sorry, we were cut off.' },
  ];
  const text = 'Say: "Sorry, we were cut off." Then go on with the conversation where it stopped.';
  conversation.push({ kind: 'said', by: 'system', text });
  const [apology, answer] = decide({ instructions: INSTRUCTIONS, tools: TOOLS, conversation });
  expect(apology).toEqual({ say: 'Sorry, we were cut off.' });
  expect(answer).toMatchObject({ say: expect.stringContaining('A tune-up costs $129') });
});

test('says first what its instructions say it has not told yet', () => {
  const conversation: Entry[] = [{ kind: 'said', by: 'caller', text: 'Hello there.' }];
  const instructions = 'You have not yet told the caller: "This call is recorded.". Say it first.';
  expect(decide({ instructions, tools: TOOLS, conversation })).toEqual([
    { say: 'This call is recorded.' },
    { say: PHRASES.clarify },
  ]);
});

test('asked by a note to go on, it does what it owes', () => {
  const conversation: Entry[] = [
    { kind: 'said', by: 'caller', text: 'I would like to book an appointment on Tuesday.' },
    { kind: 'said', by: 'system', text: 'Say: "Sorry." Then go on with the conversation where it stopped.' },
  ];
  expect(decide({ instructions: INSTRUCTIONS, tools: TOOLS, conversation })).toEqual([
    { say: 'Sorry.' },
    { call: 'find_slots', arguments: expect.objectContaining({ day: 'tuesday' }) },
  ]);
});

test('asked by a note to greet again before it goes on, it does', () => {
  const text = 'Say: "Sorry." Then greet. Say: "Hi, this is Bluebird." Go on with the conversation from there.';
  const conversation: Entry[] = [{ kind: 'said', by: 'system', text }];
  expect(decide({ instructions: INSTRUCTIONS, tools: TOOLS, conversation })).toEqual([
    { say: 'Sorry.' },
    { say: 'Hi, this is Bluebird.' },
  ]);
});
