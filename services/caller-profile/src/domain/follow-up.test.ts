// Pins: a task that says less than the caller did, or that is due when nobody waits any more.
import { expect, it } from 'vitest';
import { taskOfCallback, taskOfMessage, taskOfVoicemail } from './follow-up.ts';

const call = { callSid: `CA${'0'.repeat(32)}`, from: '+13125550142', to: '+13125550100' };
const at = '2026-11-21T16:00:00Z';

it.each([
  ['normal', '2026-11-22T16:00:00Z'],
  ['urgent', '2026-11-21T17:00:00Z'],
] as const)('a %s message keeps everything that was said and is due at %s', (urgency, dueAt) => {
  const said = { name: 'Alex Kim', number: '+13125550188', text: 'No heat.', urgency, reason: 'asked' as const };
  expect(taskOfMessage({ ...call, ...said, seq: 3, at })).toEqual({
    kind: 'message',
    ...call,
    ...said,
    recordingSid: null,
    dueAt,
  });
});

it('whoever was promised a call is called on their own number, soon', () => {
  expect(taskOfCallback({ ...call, reason: 'cut_off', at })).toMatchObject({
    kind: 'callback',
    number: call.from,
    reason: 'cut_off',
    dueAt: '2026-11-21T20:00:00Z',
  });
});

it('a voicemail names its recording, and has nobody to call back when the number was withheld', () => {
  const recordingSid = `RE${'0'.repeat(32)}`;
  const voicemail = {
    ...call,
    from: null,
    recordingSid,
    recordingUrl: 'https://example.com/r',
    durationSeconds: 9,
    at,
  };
  expect(taskOfVoicemail(voicemail)).toMatchObject({ kind: 'voicemail', number: null, recordingSid, reason: null });
});
