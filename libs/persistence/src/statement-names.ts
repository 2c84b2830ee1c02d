/**
 * Names under which the server keeps statements, per connection: parsed, rewritten for row-level security, and after a few
 * uses planned. That is most of the work of a short statement. A name stands for one text in all connections of a pool.
 */

/** What a service asks again and again are some dozens. Lists of another length are another text each. */
const MOST_NAMES = 200;

export interface StatementNames {
  /** @returns nothing for a text that is not worth keeping: there are too many already */
  of(text: string): string | undefined;
  /** What was kept under it does not fit the tables any more. */
  renew(text: string): void;
}

export function createStatementNames(): StatementNames {
  const names = new Map<string, string>();
  let given = 0;
  const next = () => `frontdesk_${given++}`;
  return {
    of(text) {
      const known = names.get(text);
      if (known !== undefined || names.size >= MOST_NAMES) return known;
      const name = next();
      names.set(text, name);
      return name;
    },
    renew(text) {
      if (names.has(text)) names.set(text, next());
    },
  };
}
