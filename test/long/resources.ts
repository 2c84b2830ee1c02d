/** What a Node process holds, by kind, from its own metrics: sockets, timers, requests under way. */
export type Resources = Readonly<Record<string, number>>;

/** @param address `host:port` of its health listener */
export async function resourcesOf(address: string): Promise<Resources> {
  const text = await (await fetch(`http://${address}/metrics`)).text();
  const found = text.matchAll(/^nodejs_active_resources\{[^}]*type="([^"]+)"[^}]*\} (\d+)/gm);
  return Object.fromEntries([...found].map(([, kind, count]) => [kind, Number(count)]));
}
