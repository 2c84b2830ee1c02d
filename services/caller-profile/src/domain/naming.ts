/** Which name a caller has when there are several sources for it. */
import { cleanName } from './names.ts';

/** `said`: the caller gave it in a call. `summary`: read out of a conversation afterwards. */
export type NameSource = 'said' | 'summary';

/**
 * The name to store, or undefined to leave it. What a caller says replaces everything if the number is theirs as far as
 * the business's trust rule can tell. Whoever only claims a number, and a summary (which may be wrong, and may arrive
 * after a later call), only fill in a name that is missing.
 */
export function nameToStore(
  current: string | null,
  offered: string | null,
  { source, proved }: { source: NameSource; proved: boolean },
): string | undefined {
  const name = offered === null ? undefined : cleanName(offered);
  if (name === undefined || name === current) return undefined;
  if (current !== null && (source === 'summary' || !proved)) return undefined;
  return name;
}
