/**
 * Starts tracing for this process.
 *
 * The trace SDK is put together by hand instead of with `@opentelemetry/sdk-node`: importing that takes about 185 ms
 * of CPU per process against 55 ms, for exporters and detectors none of which is used here, and a stack starts ten
 * processes at once. The OTLP exporter is imported only when there is somewhere to export to.
 */
import { trace } from '@opentelemetry/api';
import { ExportResultCode } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type SpanExporter,
  type SpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { ensureContextManager } from './context.ts';
import { traceFileExporter } from './trace-file.ts';

/** Short, so that what a killed process did just before is mostly written. */
const FILE_DELAY_MS = 200;
const OTLP_DELAY_MS = 2_000;
/** Also the bound of how long shutdown waits for an exporter that does not answer. */
const EXPORT_TIMEOUT_MS = 3_000;
const MAX_QUEUED_SPANS = 4_096;

export interface TelemetryOptions {
  service: string;
  instanceId: string;
  /** Finished spans are appended to this file, one JSON line each. */
  tracesFile?: string;
  /** Base URL of an OTLP/HTTP collector, such as `http://127.0.0.1:4318`. */
  otlpEndpoint?: string;
}

export interface Telemetry {
  /** Writes what is still queued. Never rejects. */
  shutdown(): Promise<void>;
}

/** With neither a file nor an endpoint no span is recorded, but the call's context still propagates. */
export function startTelemetry({ service, instanceId, tracesFile, otlpEndpoint }: TelemetryOptions): Telemetry {
  ensureContextManager();
  const spanProcessors: SpanProcessor[] = [];
  if (tracesFile) spanProcessors.push(batched(traceFileExporter(tracesFile, service), FILE_DELAY_MS));
  if (otlpEndpoint) spanProcessors.push(batched(lazyOtlpExporter(otlpEndpoint), OTLP_DELAY_MS));
  if (spanProcessors.length === 0) return { shutdown: async () => undefined };

  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': service, 'service.instance.id': instanceId }),
    sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
    spanProcessors,
  });
  // False where several services share one process, as in tests: then the first one's file receives all spans.
  const isGlobal = trace.setGlobalTracerProvider(provider);
  return {
    async shutdown() {
      // Exporters report their failures to OpenTelemetry's own diagnostics; a stop must not fail on telemetry.
      await Promise.allSettled([provider.shutdown()]);
      if (isGlobal) trace.disable();
    },
  };
}

function batched(exporter: SpanExporter, scheduledDelayMillis: number): SpanProcessor {
  return new BatchSpanProcessor({
    exporter,
    scheduledDelayMillis,
    exportTimeoutMillis: EXPORT_TIMEOUT_MS,
    maxQueueSize: MAX_QUEUED_SPANS,
  });
}

function lazyOtlpExporter(endpoint: string): SpanExporter {
  const exporter = import('@opentelemetry/exporter-trace-otlp-proto').then(
    ({ OTLPTraceExporter }) =>
      new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces`, timeoutMillis: EXPORT_TIMEOUT_MS }),
  );
  return {
    export: (spans, done) =>
      void exporter.then(
        (ready) => ready.export(spans, done),
        (error: Error) => done({ code: ExportResultCode.FAILED, error }),
      ),
    shutdown: async () => (await exporter).shutdown(),
  };
}
