/** What a process holds, by kind, from its own metrics: sockets, timers, requests under way, calls. */
export type Resources = Readonly<Record<string, number>>;

/** Of Node itself, and what a service counts by its own name. */
const COUNTED =
  /^(?:nodejs_active_resources\{[^}]*type="([^"]+)"[^}]*\}|frontdesk_(call_active|media_sockets_active)(?:\{[^}]*\})?) (\d+)/gm;

/** @param healthUrl of its health listener */
export async function resourcesOf(healthUrl: string): Promise<Resources> {
  const text = await (await fetch(new URL('/metrics', healthUrl))).text();
  return Object.fromEntries([...text.matchAll(COUNTED)].map(([, kind, own, count]) => [kind ?? own, Number(count)]));
}

/** What there is more of than before. */
export function growth(before: Resources, after: Resources): Resources {
  return Object.fromEntries(
    Object.entries(after)
      .map(([kind, count]) => [kind, count - (before[kind] ?? 0)] as const)
      .filter(([, more]) => more > 0),
  );
}
