// Pins: audio damaged on its way through linear PCM, for a business whose model hears and speaks that.
import { callDetailsHttp } from '@frontdesk/contracts/http/call-details';
import type { CallerStory } from '@frontdesk/deploy/local/demo/story.ts';
import { openTelephone } from '@frontdesk/deploy/local/demo/telephone.ts';
import { wordsOf } from '@frontdesk/deploy/local/demo/words.ts';
import { expect, inject, test, vi } from 'vitest';
import './provided.ts';

const { stack, call } = inject('oneCall');
const QUESTION = 'Hello, what is your commission?';
const ANSWER = 'our commission is two and a half percent';

test('every word arrives at both ends', { timeout: 90_000 }, async () => {
  const business = stack.businesses.find(({ id }) => id === 'juniper-homes');
  if (!business) throw new Error('the real-estate agency is not among the seeds');
  const steps = [
    { say: QUESTION, after: 'silence' },
    { say: 'Thank you. Goodbye.', after: { words: ['anything else'] }, timeoutMs: 20_000 },
    { waitForHangUp: true, timeoutMs: 20_000 },
  ];
  const story: CallerStory = { ...call.story, phone: '+13105550177', steps };
  const telephone = openTelephone(stack.twilio.apiUrl, stack.gateway.publicUrl);
  const callSid = await telephone.place(story, business.number, {});
  const report = await telephone.ended(callSid, AbortSignal.timeout(80_000));
  expect(report).toMatchObject({ damagedWords: 0, script: { done: true } });
  expect(report.heard.map(({ text }) => text).join(' ')).toContain(ANSWER);

  const turns = await vi.waitFor(
    async () => {
      const response = await fetch(`${stack.gateway.urls[0]}/api/v1/calls/${callSid}`, {
        headers: { authorization: `Bearer ${business.apiKey}` },
      });
      const { call: kept } = callDetailsHttp.reply.parse(await response.json());
      expect(kept.status).toBe('completed');
      return kept.turns;
    },
    { timeout: 10_000, interval: 200 },
  );
  expect(turns.filter(({ role }) => role === 'caller').map(({ text }) => wordsOf(text))).toEqual([
    wordsOf(QUESTION),
    wordsOf('Thank you. Goodbye.'),
  ]);
});
