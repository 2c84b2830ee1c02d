/** Ids in the shapes the real server uses. */
import { randomBytes } from 'node:crypto';

export type IdPrefix = 'sess' | 'event' | 'item' | 'resp' | 'call' | 'conv';

export function newId(prefix: IdPrefix): string {
  return `${prefix}_${randomBytes(11).toString('hex').slice(0, 21)}`;
}
