/** Names the recogniser should expect in a call: the business's own list, and what is known about the business. */
import type { SessionProfile } from '@frontdesk/contracts/business-profile/agent-profile';
import { type CallContext, firstNameOf } from './caller-context.ts';

/** A longer list makes the recogniser hear its words everywhere. */
const MAX_WORDS = 100;

export function vocabularyOf(profile: SessionProfile, context: CallContext): string[] {
  const { caller, services, soonestSlots } = context;
  const callerName = caller.recall === 'full' ? caller.name : firstNameOf(caller);
  const words = [
    ...profile.agent.vocabulary,
    profile.name,
    ...(callerName ? [callerName] : []),
    ...services.map(({ name }) => name),
    ...soonestSlots.map(({ resourceName }) => resourceName),
  ];
  return [...new Set(words.map((word) => word.trim()).filter((word) => word !== ''))].slice(0, MAX_WORDS);
}
