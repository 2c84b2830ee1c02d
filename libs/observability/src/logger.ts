/**
 * JSON lines for machines. Messages are static strings and data goes into fields, so that lines can be counted and
 * personal data has a name by which it is redacted.
 */
import { isSpanContextValid, trace } from '@opentelemetry/api';
import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino';
import { redact } from './redact.ts';
import { activeCallSid } from './tracing.ts';

export type Logger = PinoLogger;
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

export interface LoggerOptions {
  service: string;
  instanceId: string;
  level: LogLevel | (string & {});
  /** Standard output unless a test wants to read along. */
  destination?: DestinationStream;
}

/** Every line carries service and instance, and inside a call `trace_id`, `span_id` and `call_sid`. */
export function createLogger({ service, instanceId, level, destination }: LoggerOptions): Logger {
  const logger = pino(
    {
      level,
      base: { service, instance: instanceId },
      timestamp: pino.stdTimeFunctions.isoTime,
      // Errors are turned into plain fields by redact(); pino's own serializer would take them for errors again.
      serializers: { err: (fields: unknown) => fields },
      formatters: { level: (label) => ({ level: label }), log: redact },
      mixin: callFields,
    },
    destination ?? pino.destination(1),
  );
  return redactChildren(logger);
}

function callFields(): object {
  const span = trace.getActiveSpan()?.spanContext();
  const callSid = activeCallSid();
  return {
    ...(span && isSpanContextValid(span) ? { trace_id: span.traceId, span_id: span.spanId } : {}),
    ...(callSid ? { call_sid: callSid } : {}),
  };
}

/** The fields bound to a child bypass pino's log formatter. Children inherit from their parent, so one override serves. */
function redactChildren(logger: Logger): Logger {
  const { child } = logger;
  return Object.defineProperty(logger, 'child', {
    value(this: Logger, bindings: object, options?: object) {
      return child.call(this, redact(bindings), options);
    },
  });
}
