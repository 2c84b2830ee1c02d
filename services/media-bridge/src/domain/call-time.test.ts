/** What time it is to the receptionist, in calls that last past midnight, past closing and across a change of clocks. */
import { expect, it } from 'vitest';
import { harness, profile } from './call-session.harness.ts';

function callAt(startsAt: string) {
  const call = harness({ startsAt });
  call.answer();
  return call;
}

const told = (call: ReturnType<typeof harness>) => call.commands('update_instructions').at(-1)?.instructions ?? '';

/** What a tool says the time is. */
function timeOfTool(call: ReturnType<typeof harness>, toolCallId: string): string {
  call.engine({ kind: 'tool_call', responseId: 'rt', toolCallId, name: 'find_slots', arguments: '{}' });
  const body = { exact: true, timeZone: profile.timeZone, slots: [] };
  call.receive({ kind: 'tool_result', toolCallId, result: { ok: true, reply: { from: 'findSlots', body } } });
  return JSON.parse(call.commands('tool_output').at(-1)?.output ?? '').now;
}

it('is the next day after midnight, in the tools at once and in the instructions within a minute', () => {
  const call = callAt('2026-11-24T05:58:30Z');
  expect(call.commands('configure')[0]?.settings.instructions).toContain('Monday, November 23, 2026 at 11:58 PM (CST)');
  call.chat(100_000);
  expect(timeOfTool(call, 't1')).toBe('Tuesday, November 24, 2026 at 12:00 AM (CST)');
  call.chat(60_000);
  expect(told(call)).toContain('Tuesday, November 24, 2026');
});

it('follows the clocks when they go back during the call', () => {
  const call = callAt('2026-11-01T06:58:30Z');
  expect(call.commands('configure')[0]?.settings.instructions).toContain('Sunday, November 1, 2026 at 1:58 AM (CDT)');
  call.chat(100_000);
  expect(timeOfTool(call, 't1')).toBe('Sunday, November 1, 2026 at 1:00 AM (CST)');
  call.chat(60_000);
  expect(told(call)).toContain('(CST)');
});

it('follows them when they go forward', () => {
  const call = callAt('2027-03-14T07:59:00Z');
  expect(timeOfTool(call, 't1')).toContain('1:59 AM (CST)');
  call.chat(70_000);
  expect(timeOfTool(call, 't2')).toContain('3:00 AM (CDT)');
});

it('says that the business has closed in the meantime', () => {
  const call = callAt('2026-11-23T22:59:30Z');
  expect(call.commands('configure')[0]?.settings.instructions).toContain('open right now');
  call.chat(130_000);
  expect(told(call)).toContain('closed right now');
});

// Each telling costs the engine its cache of the conversation.
it('is told again every five minutes, and not more often without need', () => {
  const call = callAt('2026-11-23T15:00:00Z');
  call.chat(280_000);
  expect(call.commands('update_instructions')).toHaveLength(0);
  call.chat(80_000);
  expect(call.commands('update_instructions')).toHaveLength(1);
  expect(told(call)).toContain('9:05 AM');
});
