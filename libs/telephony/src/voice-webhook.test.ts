import { describe, expect, it } from 'vitest';
import { parseCallStatus } from './call-status.ts';
import { parseVoiceWebhook } from './voice-webhook.ts';

const form = {
  CallSid: `CA${'1'.repeat(32)}`,
  AccountSid: `AC${'2'.repeat(32)}`,
  From: '+13125550142',
  To: '+13125550100',
  CallStatus: 'ringing',
  Direction: 'inbound',
  ApiVersion: '2010-04-01',
  CallerName: '',
};

function read(change: Record<string, string>) {
  const parsed = parseVoiceWebhook({ ...form, ...change });
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.webhook;
}

describe('a voice webhook', () => {
  it('is read into our terms', () => {
    expect(read({})).toEqual({
      callSid: form.CallSid,
      accountSid: form.AccountSid,
      from: '+13125550142',
      to: '+13125550100',
      status: 'ringing',
      direction: 'inbound',
      attestation: 'none',
      forwardedFrom: undefined,
      callerName: undefined,
    });
  });

  it('may carry fields that did not exist when this was written', () => {
    expect(read({ MoodOfCaller: 'fine' }).callSid).toBe(form.CallSid);
  });

  // The keypad spellings look like E.164: taken for numbers, all withheld callers would be one known person.
  it.each(['anonymous', 'unknown', '', 'client:ann', 'sip:ann@example.com', '+266696687', '+7378742833', '+8656696'])(
    'from %j has no caller number',
    (from) => {
      expect(read({ From: from }).from).toBeNull();
    },
  );

  it.each([
    ['TN-Validation-Passed-A', 'A'],
    ['TN-Validation-Passed-B', 'B'],
    ['TN-Validation-Passed-C', 'C'],
    ['TN-Validation-Passed-A-Diverted', 'none'],
    ['TN-Validation-Passed-A-Passthrough', 'none'],
    ['TN-Validation-Failed-A', 'none'],
    ['TN-Validation-Failed', 'none'],
    ['No-TN-Validation', 'none'],
    ['', 'none'],
  ])('with StirVerstat %j is attested %s', (stirVerstat, attestation) => {
    expect(read({ StirVerstat: stirVerstat }).attestation).toBe(attestation);
  });

  it('is refused with the names of the wrong fields, and no values', () => {
    expect(parseVoiceWebhook({ ...form, CallSid: 'x', To: '0142' })).toEqual({
      ok: false,
      reason: 'not a voice webhook: CallSid, To',
    });
    expect(parseVoiceWebhook({ ...form, From: ['+13125550142', '+13125550143'] }).ok).toBe(false);
  });
});

describe('a call status callback', () => {
  const callback = {
    ...form,
    CallStatus: 'completed',
    SequenceNumber: '3',
    CallDuration: '42',
    Timestamp: 'Sat, 21 Nov 2026 10:00:00 +0000',
  };

  it('is read into our terms', () => {
    const parsed = parseCallStatus(callback);
    expect(parsed).toMatchObject({
      ok: true,
      callback: { callSid: form.CallSid, status: 'completed', final: true, sequenceNumber: 3, durationSeconds: 42 },
    });
    expect(parsed.ok && parsed.callback.at?.toString()).toBe('2026-11-21T10:00:00Z');
  });

  it('of a live call is not final, and its optional fields may be missing', () => {
    expect(parseCallStatus({ ...form, CallStatus: 'in-progress' })).toMatchObject({
      ok: true,
      callback: { final: false, sequenceNumber: undefined, at: undefined, durationSeconds: undefined },
    });
  });

  it('with an unknown status is refused by name', () => {
    expect(parseCallStatus({ ...callback, CallStatus: 'dreaming' })).toEqual({
      ok: false,
      reason: 'not a call status callback: CallStatus',
    });
  });
});
