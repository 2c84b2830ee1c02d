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
    destination ?? standardOutput(service, instanceId),
  );
  return redactChildren(logger);
}

/** A line costs a system call when it is written by itself: as much as formatting it. */
const WRITE_FROM_BYTES = 8 * 1024;
const WRITE_AFTER_MS = 200;
/** Whoever reads the log so slowly loses lines, not the service its memory. */
const MAX_UNREAD_BYTES = 16 * 1024 * 1024;

let output: DestinationStream | undefined;

/**
 * Lines are written together, a few times a second, off the main thread. What is waiting is written at once with a
 * `fatal` line, when the process exits, and when an exception ends it. SIGKILL, a signal that nobody handles (see
 * `runService`) and a crash of the runtime lose the last `WRITE_AFTER_MS`: whatever must survive them is in the call's
 * record.
 *
 * There is one for the process: two that write when they can would tear each other's lines.
 */
function standardOutput(service: string, instance: string): DestinationStream {
  if (output !== undefined) return output;
  const destination = pino.destination({
    dest: 1,
    sync: false,
    minLength: WRITE_FROM_BYTES,
    maxLength: MAX_UNREAD_BYTES,
    periodicFlush: WRITE_AFTER_MS,
  });
  const log = pino(
    {
      base: { service, instance },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
  let lines = 0;
  destination.on('drop', () => {
    lines += 1;
  });
  // There is room again.
  destination.on('drain', () => {
    if (lines === 0) return;
    log.warn({ event: 'log.dropped', lines }, 'log lines were dropped: nobody read them in time');
    lines = 0;
  });
  output = destination;
  return destination;
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
