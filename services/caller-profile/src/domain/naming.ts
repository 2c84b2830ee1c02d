/** Which name a caller has when there are several sources for it. */
import { cleanName } from './names.ts';

/** `said`: the caller gave it in a call. `summary`: read out of a conversation afterwards. */
export type NameSource = 'said' | 'summary';

/**
 * The name to store, or undefined to leave it. What a caller says replaces everything; a summary only fills a name
 * that is missing, because it may be wrong and may arrive after a later call.
 */
export function nameToStore(current: string | null, offered: string | null, source: NameSource): string | undefined {
  const name = offered === null ? undefined : cleanName(offered);
  if (name === undefined || name === current) return undefined;
  if (source === 'summary' && current !== null) return undefined;
  return name;
}
