/** What a caller prefers, gathered from their calls. */
import { MAX_PREFERENCES } from '@frontdesk/contracts/events/call';
import { cleanName } from './names.ts';

const LONGEST_PREFERENCE = 120;

/** What one call said, as it is stored: on one line, bounded, without repeats and without what says nothing. */
export function preferencesToStore(said: readonly string[]): string[] {
  return latest(said.flatMap((text) => cleanName(text)?.slice(0, LONGEST_PREFERENCE) ?? []));
}

/**
 * What is known over several calls, the latest last. What was said again counts as said then, whatever its capitals.
 * @param calls what each call said, the newest call first
 */
export function knownPreferences(calls: readonly (readonly string[])[]): string[] {
  return latest(calls.toReversed().flat());
}

function latest(said: readonly string[]): string[] {
  const kept = new Map<string, string>();
  for (const text of said) {
    const key = text.toLowerCase();
    kept.delete(key);
    kept.set(key, text);
  }
  return [...kept.values()].slice(-MAX_PREFERENCES);
}
