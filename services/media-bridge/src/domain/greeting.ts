/** The first words of a call. */
import type { SessionProfile } from '@frontdesk/contracts/business-profile/agent-profile';
import type { RecognisedCaller } from '@frontdesk/contracts/caller-profile/recognise-caller';
import { firstNameOf } from './caller-context.ts';

const DEFAULT_GREETING = 'Hi, this is {business}, how can I help you?';
const DEFAULT_GREETING_BY_NAME = 'Hi {caller}, this is {business}, how can I help you?';

/** What has to be disclosed, and the greeting. */
export function greetingText(profile: SessionProfile, caller: RecognisedCaller): string {
  return `${disclosureText(profile)} ${plainGreeting(profile, caller)}`.trim();
}

/**
 * The business's own greeting, or the default. `{caller}` becomes the first name when it may be used; when there is
 * none, it disappears together with the comma or space it was joined by.
 */
export function plainGreeting(profile: SessionProfile, caller: RecognisedCaller): string {
  const firstName = firstNameOf(caller)?.trim() || null;
  const template = profile.agent.greeting?.trim() || (firstName ? DEFAULT_GREETING_BY_NAME : DEFAULT_GREETING);
  const addressed = firstName
    ? template.replaceAll('{caller}', () => firstName)
    : template.replace(/(?:,\s*|\s+)\{caller\}/g, '').replace(/\{caller\}[,!.]?\s*/g, '');
  return addressed.replaceAll('{business}', () => profile.name).trim();
}

/** What has to be said before anything else, where the business's rules ask for it. */
export function disclosureText({ agent: { disclosure } }: SessionProfile): string {
  const { assistant, recording, text } = disclosure;
  if (!assistant && !recording) return '';
  if (text !== undefined) return text;
  const parts = [
    ...(assistant ? ['you are speaking with an automated assistant'] : []),
    ...(recording ? ['this call is recorded'] : []),
  ].join(', and ');
  return `Please note: ${parts}.`;
}

/** Asks for exactly this text: it stands in the only double quotes. */
export function greetingInstructions(text: string): string {
  return `Greet the caller. Say exactly the following and nothing else: "${text.replaceAll('"', "'")}"`;
}
