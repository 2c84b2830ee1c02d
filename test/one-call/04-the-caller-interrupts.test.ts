// Pins: a receptionist who talks on over the caller, and a transcript that holds what nobody heard.
import { wordsOf } from '@frontdesk/deploy/local/demo/words.ts';
import { expect, inject, test } from 'vitest';
import './provided.ts';

const { report, kept } = inject('oneCall').call;

test('the receptionist fell silent', () => {
  expect(report.timings.interruptionToSilenceMs).toHaveLength(1);
  expect(report.timings.interruptionToSilenceMs[0]).toBeLessThan(1_500);
  expect(report.clears).toBeGreaterThanOrEqual(1);
});

test('the transcript ends the interrupted turn where the caller stopped hearing it', () => {
  const turn = kept?.turns.find(({ interrupted, role }) => interrupted && role === 'receptionist');
  const heard = report.heard.map(({ text }) => wordsOf(text));
  const written = wordsOf(turn?.text ?? '');
  const real = heard.find((words) => words.slice(0, 4).join() === written.slice(0, 4).join()) ?? [];
  expect(written.length).toBeGreaterThan(4);
  expect(Math.abs(real.length - written.length)).toBeLessThanOrEqual(1);
  // What was cut off would have ended with the question whether there is anything else.
  expect(written.join(' ')).not.toContain('anything else');
});
