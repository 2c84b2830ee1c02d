/**
 * One key per busy line of a business: `<businessId>.<n>`, n from 0 to its limit − 1. The gateway creates it when it
 * admits a call, the bridge renews it while the call lives and deletes it at the end; a line whose bridge died frees
 * itself by the bucket's TTL, which is longer than a resume takes.
 */
import { z } from 'zod';
import { defineBucket } from '../bucket.ts';
import { callSid } from '../ids.ts';

export const lineHolder = z.object({ callSid });
export const lines = defineBucket({ bucket: 'lines', value: lineHolder, ttlMs: 30_000 });

export function lineKey(businessId: string, line: number): string {
  return `${businessId}.${line}`;
}
