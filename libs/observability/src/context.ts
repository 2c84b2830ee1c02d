/** The context that follows a call through `await`: OpenTelemetry's, with the CallSid in it. */
import { type Context, context, createContextKey } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';

const CALL_SID = createContextKey('frontdesk.call_sid');

/**
 * Without a context manager OpenTelemetry forgets the context at once. It is installed on first use rather than by
 * startTelemetry, so that logs name the call also where no telemetry runs.
 */
export function ensureContextManager(): void {
  if (installed) return;
  installed = true;
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
}
let installed = false;

export function withCallSid(base: Context, callSid: string): Context {
  return base.setValue(CALL_SID, callSid);
}

export function callSidOf(base: Context): string | undefined {
  const callSid = base.getValue(CALL_SID);
  return typeof callSid === 'string' ? callSid : undefined;
}
