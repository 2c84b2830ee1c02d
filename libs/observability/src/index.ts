export type { HealthServer, HealthServerOptions, ReadyChecks } from './health-server.ts';
export { startHealthServer } from './health-server.ts';
export { createLogger, type Logger, type LoggerOptions, type LogLevel } from './logger.ts';
export { maskPhone } from './mask-phone.ts';
export { createMetrics, type Metrics } from './metrics.ts';
export { startTelemetry, type Telemetry, type TelemetryOptions } from './telemetry.ts';
export {
  activeCallSid,
  currentTraceparent,
  type SpanAttributes,
  withCall,
  withSpan,
  withTraceparent,
} from './tracing.ts';
