/** Which functions a CPU profile was taken in, the most expensive first. */
import { join } from 'node:path';
import type { CpuProfile } from './inspector.ts';

export interface HotSpot {
  where: string;
  /** Of the time the process was not idle. */
  share: number;
}

const root = join(import.meta.dirname, '..', '..');

export function hotSpots({ nodes, samples, timeDeltas }: CpuProfile, most: number): HotSpot[] {
  const places = new Map(nodes.map(({ id, callFrame }) => [id, placeOf(callFrame)]));
  const spent = new Map<string, number>();
  let busy = 0;
  samples.forEach((id, index) => {
    const place = places.get(id) ?? '';
    if (place === '(idle)') return;
    const us = timeDeltas[index] ?? 0;
    busy += us;
    spent.set(place, (spent.get(place) ?? 0) + us);
  });
  return [...spent]
    .map(([where, us]) => ({ where, share: us / Math.max(1, busy) }))
    .sort((a, b) => b.share - a.share)
    .slice(0, most);
}

function placeOf({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string {
  if (url === '') return functionName;
  const file = url.replace(`file://${root}/`, '').replace(/^.*\/node_modules\//, '');
  return `${functionName || '(anonymous)'} ${file}:${lineNumber + 1}`;
}
