/** What a call sounded like to the caller. */
import { saysPhrase } from '@frontdesk/deploy/local/demo/words.ts';
import type { CallReport } from '../../simulators/twilio/report.ts';

export function heardText({ heard }: Pick<CallReport, 'heard'>): string {
  return heard.map(({ text }) => text).join(' ');
}

/** How often a phrase was heard. */
export function timesHeard(report: Pick<CallReport, 'heard'>, phrase: string): number {
  return report.heard.filter(({ text }) => saysPhrase(text, phrase)).length;
}

/** The longest time in which neither end spoke, from the first word to the last. */
export function longestSilenceMs({ heard, said }: Pick<CallReport, 'heard' | 'said'>): number {
  const spoken = [...heard, ...said].sort((one, other) => one.startMs - other.startMs);
  let longest = 0;
  let untilMs = spoken[0]?.endMs ?? 0;
  for (const { startMs, endMs } of spoken) {
    longest = Math.max(longest, startMs - untilMs);
    untilMs = Math.max(untilMs, endMs);
  }
  return longest;
}

/** The call as far as the utterance in which this phrase was heard. */
export function untilHeard(
  { heard, said }: Pick<CallReport, 'heard' | 'said'>,
  phrase: string,
): Pick<CallReport, 'heard' | 'said'> {
  const found = heard.find(({ text }) => saysPhrase(text, phrase));
  const before = ({ startMs }: { startMs: number }) => startMs <= (found?.startMs ?? Number.POSITIVE_INFINITY);
  return { heard: heard.filter(before), said: said.filter(before) };
}

/** Both ends, line by line, for whoever has to find out why a test failed. */
export function conversationOf({ heard, said }: Pick<CallReport, 'heard' | 'said'>): string {
  const lines = [
    ...heard.map((each) => ({ ...each, who: 'receptionist' })),
    ...said.map((each) => ({ ...each, who: 'caller' })),
  ];
  return lines
    .sort((one, other) => one.startMs - other.startMs)
    .map(({ who, text, startMs, endMs }) => `${startMs}–${endMs} ${who}: ${text}`)
    .join('\n');
}
