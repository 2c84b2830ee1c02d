/** Who does something. Every write names one, and the audit table keeps it. */
export interface Actor {
  kind: 'caller' | 'tool' | 'api_key' | 'person' | 'system' | 'service';
  /** An id, never a name or a phone number: the audit outlives what it refers to. */
  id: string;
}

/** The form in which the database knows it: `kind:id`. */
export function actorText({ kind, id }: Actor): string {
  if (id.length === 0 || id.length > 200) throw new Error('an actor needs an id of 1 to 200 characters');
  return `${kind}:${id}`;
}

/**
 * Who a change is recorded under when a request asked for it: the tool call of a telephone call, or else a service.
 * Takes the context of a request as libs/messaging hands it to a handler.
 */
export function actorOf(request: { callSid?: string; idempotencyKey?: string }): Actor {
  if (request.callSid) return { kind: 'tool', id: request.idempotencyKey ?? request.callSid };
  return { kind: 'service', id: 'rpc' };
}
