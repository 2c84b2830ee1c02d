/** Which service a transaction belongs to, for the `source` of the events it writes. */
const sources = new WeakMap<object, string>();

export function rememberSource(tx: object, service: string): void {
  sources.set(tx, service);
}

export function sourceOf(tx: object): string {
  const source = sources.get(tx);
  if (source === undefined) throw new Error('events are written with the transaction that asTenant or asSystem gave');
  return source;
}
