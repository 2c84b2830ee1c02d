import { expect, it } from 'vitest';
import { profile } from './call-session.harness.ts';
import { greetingInstructions, greetingText } from './greeting.ts';

const callerId = '0d4cbb0e-93f5-4c5f-9b56-3f3e0a0f6a11';
const known = { recall: 'first_name', callerId, firstName: 'Alex' } as const;
const unknown = { recall: 'unknown' } as const;

function withGreeting(greeting: string) {
  return { ...profile, agent: { ...profile.agent, greeting } };
}

it('greets with the default, by name when the name may be used', () => {
  expect(greetingText(profile, unknown)).toBe('Hi, this is Lakeside Heating, how can I help you?');
  expect(greetingText(profile, known)).toBe('Hi Alex, this is Lakeside Heating, how can I help you?');
  expect(greetingText(profile, { ...known, firstName: null })).toBe(
    'Hi, this is Lakeside Heating, how can I help you?',
  );
});

it.each([
  ['Hello {caller}, {business} here.', 'Hello, Lakeside Heating here.', 'Hello Alex, Lakeside Heating here.'],
  ['Hello, {caller}! {business} here.', 'Hello! Lakeside Heating here.', 'Hello, Alex! Lakeside Heating here.'],
  ['{caller}, welcome to {business}.', 'welcome to Lakeside Heating.', 'Alex, welcome to Lakeside Heating.'],
])('fills the business’s own greeting %s', (greeting, anonymous, named) => {
  expect(greetingText(withGreeting(greeting), unknown)).toBe(anonymous);
  expect(greetingText(withGreeting(greeting), known)).toBe(named);
});

// Rules that ask for it ask for it before anything else is said.
it('begins with what the business has to disclose', () => {
  const disclosing = (disclosure: typeof profile.agent.disclosure) => ({
    ...profile,
    agent: { ...profile.agent, disclosure },
  });
  expect(greetingText(disclosing({ assistant: true, recording: true }), unknown)).toBe(
    'Please note: you are speaking with an automated assistant, and this call is recorded. Hi, this is Lakeside Heating, how can I help you?',
  );
  expect(greetingText(disclosing({ assistant: false, recording: true }), known)).toMatch(
    /^Please note: this call is recorded\. Hi Alex/,
  );
  const own = disclosing({ assistant: true, recording: false, text: 'Le habla un asistente virtual.' });
  expect(greetingText(own, unknown)).toMatch(/^Le habla un asistente virtual\. Hi/);
});

// A name or greeting with quotes must not end the quotation early.
it('keeps the greeting in the only double quotes', () => {
  const instructions = greetingInstructions('You reached the "Lakeside" office.');
  expect(instructions.match(/"/g)).toHaveLength(2);
  expect(instructions).toContain(`"You reached the 'Lakeside' office."`);
});
