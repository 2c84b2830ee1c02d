/** Headers of requests and events. `Nats-` is the server's own prefix, so ours start with `Frontdesk-`. */
export const HEADER_DEADLINE = 'Frontdesk-Deadline';
export const HEADER_IDEMPOTENCY_KEY = 'Frontdesk-Idempotency-Key';
/** The CallSid a request belongs to, so that every service can log it and join the call's trace. */
export const HEADER_CALL = 'Frontdesk-Call';
export const HEADER_TRACEPARENT = 'traceparent';
