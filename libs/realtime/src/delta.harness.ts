/** How tests have a delta read: as it lies among other messages. */
import { startOf } from './event-type.ts';
import { readDelta, type ServerEvent } from './server-events.ts';

export function readAmongOthers(text: string, type: ServerEvent['type']): ServerEvent | undefined {
  const before = Buffer.from('{"delta":"');
  const bytes = Buffer.concat([before, Buffer.from(text), Buffer.from('"}')]);
  const [from, to] = [before.length, bytes.length - 2];
  return readDelta(type, startOf(bytes, from, to), bytes, from, to);
}
