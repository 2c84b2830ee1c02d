import { WireError } from '@frontdesk/contracts/wire-error';
import type { RequestContext } from './types.ts';

/** For handlers whose effect must happen once. @throws WireError `invalid` when the request carries no key */
export function requireIdempotencyKey(context: RequestContext): string {
  if (context.idempotencyKey) return context.idempotencyKey;
  throw new WireError('invalid', 'this request needs an idempotency key');
}
