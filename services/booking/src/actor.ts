import type { RequestContext } from '@frontdesk/messaging';
import type { Actor } from '@frontdesk/persistence';

/** Who a change is recorded under: the tool call of a telephone call, or else the service that asked. */
export function actorOf(rpc: RequestContext): Actor {
  if (rpc.callSid) return { kind: 'tool', id: rpc.idempotencyKey ?? rpc.callSid };
  return { kind: 'service', id: 'rpc' };
}
