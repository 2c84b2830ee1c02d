/**
 * One call, one trace. The trace's id is the CallSid's 32 hexadecimal digits, so everything that any process did for a
 * call is found from the CallSid alone, and processes that never spoke to each other (a bridge and the one that took
 * its call over) still write into the same trace.
 *
 * That needs a parent nobody records: a remote span context made from the CallSid. Spans directly under it are the
 * trace's roots; their parent id is the same in every process.
 */
import { context, isSpanContextValid, type Span, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api';
import { parseTraceParent } from '@opentelemetry/core';
import { callSidOf, ensureContextManager, withCallSid } from './context.ts';
import { redactField } from './redact.ts';

export type SpanAttributes = Record<string, string | number | boolean>;

const TRACER = 'frontdesk';

/** Runs `fn`, and everything it awaits, inside the call's trace. Spans already open in that trace stay the parent. */
export function withCall<T>(callSid: string, fn: () => T): T {
  ensureContextManager();
  const active = context.active();
  const traceId = callSid.slice(2).toLowerCase();
  const parent = { traceId, spanId: rootSpanId(traceId), traceFlags: TraceFlags.SAMPLED, isRemote: true };
  const sameTrace = trace.getSpanContext(active)?.traceId === traceId;
  const base = sameTrace || !isSpanContextValid(parent) ? active : trace.setSpanContext(active, parent);
  return context.with(withCallSid(base, callSid), fn);
}

/** The CallSid of the call this code runs for. */
export function activeCallSid(): string | undefined {
  return callSidOf(context.active());
}

/**
 * Runs `fn` inside a span that ends with it and fails with it.
 *
 * @param name low in cardinality, such as `booking find-slots`; what varies belongs into the attributes
 * @param attributes fields that name persons or secrets are redacted
 */
export async function withSpan<T>(
  name: string,
  attributes: SpanAttributes,
  fn: (span: Span) => Promise<T>,
): Promise<T> {
  ensureContextManager();
  const callSid = activeCallSid();
  const all = { ...shown(attributes), ...(callSid ? { 'frontdesk.call_sid': callSid } : {}) };
  return trace.getTracer(TRACER).startActiveSpan(name, { attributes: all }, async (span) => {
    try {
      return await fn(span);
    } catch (error) {
      // Messages may quote what a caller said, so the span keeps only the error's kind. The log has the rest.
      span.setStatus({ code: SpanStatusCode.ERROR, message: kindOf(error) });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** W3C `traceparent` of the active span, for the headers of what is sent. */
export function currentTraceparent(): string | undefined {
  const span = trace.getSpanContext(context.active());
  if (!span || !isSpanContextValid(span)) return undefined;
  return `00-${span.traceId}-${span.spanId}-0${(span.traceFlags & TraceFlags.SAMPLED).toString(16)}`;
}

/** Runs `fn` as part of the trace that a received `traceparent` names. A missing or malformed one changes nothing. */
export function withTraceparent<T>(traceparent: string | undefined, fn: () => T): T {
  const parent = traceparent === undefined ? null : parseTraceParent(traceparent);
  if (!parent) return fn();
  ensureContextManager();
  return context.with(trace.setSpanContext(context.active(), { ...parent, isRemote: true }), fn);
}

function rootSpanId(traceId: string): string {
  const spanId = traceId.slice(0, 16);
  return /^0*$/.test(spanId) ? traceId.slice(16) : spanId;
}

function shown(attributes: SpanAttributes): SpanAttributes {
  const copy: SpanAttributes = {};
  for (const [key, value] of Object.entries(attributes)) {
    // `messaging.destination.name` is a name of ours; the last word alone does not make it a person's.
    const safe = key.includes('.') ? value : redactField(key, value);
    if (typeof safe === 'string' || typeof safe === 'number' || typeof safe === 'boolean') copy[key] = safe;
  }
  return copy;
}

function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? `${error.name} ${error.code}` : error.name;
}
