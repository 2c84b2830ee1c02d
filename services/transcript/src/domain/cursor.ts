/**
 * The opaque cursor of the call log: the position after the last call of a page. It holds no tenant, so a cursor of
 * one business can at worst be a strange position in another's own list.
 */
import { callSid, instant } from '@frontdesk/contracts/ids';
import { parseJson } from '@frontdesk/contracts/parse-json';
import { z } from 'zod';

const position = z.tuple([instant, callSid]);

export interface Position {
  startedAt: string;
  callSid: string;
}

export function encodeCursor({ startedAt, callSid }: Position): string {
  return Buffer.from(JSON.stringify([startedAt, callSid])).toString('base64url');
}

/** Undefined when this is not a cursor that was handed out. */
export function decodeCursor(cursor: string): Position | undefined {
  const parsed = position.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString()));
  if (!parsed.success) return undefined;
  const [startedAt, sid] = parsed.data;
  return { startedAt, callSid: sid };
}
