/**
 * How the simulator reaches a public address that exists nowhere: as a tunnel or a load balancer would, it connects to
 * a local one and leaves the request as it was, Host included.
 */
import { z } from 'zod';

const origin = z.url().transform((value) => new URL(value).origin);

/** Public origin → local origin, or several behind one name. */
export const publicHosts = z.record(z.url(), z.union([origin, z.array(origin).min(1)]));
export type PublicHosts = z.infer<typeof publicHosts>;

export interface Reach {
  /** Where to connect, best first: the next one is for when the connection is refused. */
  locals: string[];
  /** What Host says. */
  host: string;
}

/** Where a URL leads; undefined for a host nobody mapped, since nothing here leaves the machine. */
export type FindHost = (url: URL) => Reach | undefined;

export interface Hosts {
  readonly find: FindHost;
  /** Maps further names, or known ones anew. */
  map(hosts: PublicHosts): void;
}

export function createHosts(hosts: PublicHosts): Hosts {
  const known = new Map<string, { locals: string[]; turn: number }>();

  function map(more: PublicHosts): void {
    for (const [name, locals] of Object.entries(more)) {
      known.set(new URL(name).host, { locals: [locals].flat(), turn: 0 });
    }
  }

  map(hosts);
  return {
    map,
    find(url) {
      const reach = known.get(url.host);
      if (reach !== undefined) {
        const { locals } = reach;
        reach.turn = (reach.turn + 1) % locals.length;
        return { locals: [...locals.slice(reach.turn), ...locals.slice(0, reach.turn)], host: url.host };
      }
      const isLocal = url.protocol === 'http:' && (url.hostname === '127.0.0.1' || url.hostname === 'localhost');
      return isLocal ? { locals: [url.origin], host: url.host } : undefined;
    },
  };
}
