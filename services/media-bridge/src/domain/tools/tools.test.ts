import { expect, it } from 'vitest';
import { createSlotHandles } from '../slot-handles.ts';
import { createSpokenLanguage } from '../spoken-language.ts';
import { toolOffersFor } from './all-tools.ts';
import { saveCallerNameTool } from './save-caller-name.ts';

const toolOffers = toolOffersFor(['en', 'es']);

it('offers each tool as a JSON schema of an object without references', () => {
  expect(toolOffers.map(({ name }) => name)).toEqual([
    'search_knowledge',
    'find_slots',
    'book_slot',
    'save_caller_name',
    'take_message',
    'end_call',
    'change_language',
  ]);
  for (const { parameters } of toolOffers) {
    expect(parameters.type).toBe('object');
    expect(JSON.stringify(parameters)).not.toContain('$');
  }
});

// The model types neither who calls, nor for whom, nor when. What it types of a number is checked (take-message.ts).
it('has no argument for identities or dates', () => {
  const names = toolOffers.flatMap(({ parameters }) => Object.keys(parameters.properties ?? {}));
  expect(names.filter((name) => /phone|number|business|caller_id|date|time|call_sid/.test(name))).toEqual([]);
});

// Whoever only claims a number must not rename its owner: caller-profile decides, by what the bridge says of the call.
it('saves a name together with how far the number is proved', () => {
  const call = { callSid: `CA${'0'.repeat(32)}`, phone: '+13125550142', attestation: 'C', trust: 'attested' } as const;
  const rest = { slots: createSlotHandles(), language: createSpokenLanguage(['en']), past: [], now: 'now' };
  const scene = { ...call, ...rest, businessNumber: '+13125550100' };
  const plan = saveCallerNameTool.plan({ name: 'Alex' }, scene);
  expect(plan).toEqual({ kind: 'ask', request: { to: 'saveCallerName', body: { ...call, name: 'Alex' } } });
});
