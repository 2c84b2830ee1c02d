/**
 * The opaque cursor of the list of tasks: the position after the last one of a page. It holds no tenant, so a cursor of
 * one business can at worst be a strange position in another's own list.
 */
import { instant } from '@frontdesk/contracts/ids';
import { parseJson } from '@frontdesk/contracts/parse-json';
import { z } from 'zod';

const position = z.tuple([instant, z.uuid()]);

export interface TaskPosition {
  createdAt: string;
  taskId: string;
}

export function encodeCursor({ createdAt, taskId }: TaskPosition): string {
  return Buffer.from(JSON.stringify([createdAt, taskId])).toString('base64url');
}

/** Undefined when this is not a cursor that was handed out. */
export function decodeCursor(cursor: string): TaskPosition | undefined {
  const parsed = position.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString()));
  if (!parsed.success) return undefined;
  const [createdAt, taskId] = parsed.data;
  return { createdAt, taskId };
}
