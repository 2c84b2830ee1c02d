/**
 * What the business has to disclose, and whether the caller has heard it. The greeting begins with it; a caller who speaks
 * into it may cut it off, and then it is still owed, in whatever session or bridge the call goes on.
 */
import type { SessionProfile } from '@frontdesk/contracts/business-profile/agent-profile';
import { disclosureText } from './greeting.ts';
import type { Transcript } from './transcript.ts';

/** Told so often, and heard to the end each time, it was said in other words: a translation, perhaps. */
const TURNS_IN_OTHER_WORDS = 3;

export interface Disclosure {
  /** What the caller has not heard of it to the end; undefined when nothing is to be disclosed any more. */
  owed(): string | undefined;
}

export function createDisclosure(profile: SessionProfile, transcript: Pick<Transcript, 'past'>): Disclosure {
  const text = disclosureText(profile);
  let heard = text === '';

  function isHeard(): boolean {
    const turns = transcript.past().flatMap((entry) => {
      return entry.kind === 'turn' && entry.role === 'receptionist' ? [entry] : [];
    });
    if (turns.some((turn) => letters(turn.text).includes(letters(text)))) return true;
    return turns.filter(({ interrupted }) => !interrupted).length >= TURNS_IN_OTHER_WORDS;
  }

  return {
    owed() {
      heard ||= isHeard();
      return heard ? undefined : text;
    },
  };
}

/** Punctuation and spaces are not spoken. */
function letters(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}
