import { expect, it } from 'vitest';
import { toolOffers } from './all-tools.ts';

it('offers each tool as a JSON schema of an object without references', () => {
  expect(toolOffers.map(({ name }) => name)).toEqual([
    'search_knowledge',
    'find_slots',
    'book_slot',
    'save_caller_name',
    'end_call',
  ]);
  for (const { parameters } of toolOffers) {
    expect(parameters.type).toBe('object');
    expect(JSON.stringify(parameters)).not.toContain('$');
  }
});

// The model types neither who calls, nor for whom, nor when.
it('has no argument for identities or dates', () => {
  const names = toolOffers.flatMap(({ parameters }) => Object.keys(parameters.properties ?? {}));
  expect(names.filter((name) => /phone|number|business|caller_id|date|time|call_sid/.test(name))).toEqual([]);
});
