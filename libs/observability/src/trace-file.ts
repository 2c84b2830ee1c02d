/** Writes finished spans as JSON lines, so that tests and the demo can read traces without a collector. */
import { type FileHandle, open } from 'node:fs/promises';
import { SpanStatusCode } from '@opentelemetry/api';
import { type ExportResult, ExportResultCode, hrTimeToMicroseconds } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';

/**
 * Several processes share the file: it is opened with O_APPEND and each batch is one write, so lines never mix.
 * Line: {traceId, spanId, parentSpanId, name, service, startTime, durationMs, attributes, status}
 */
export function traceFileExporter(path: string, service: string): SpanExporter {
  let file: Promise<FileHandle> | undefined;
  // Batches are written one after the other, and shutdown comes after the last.
  let last: Promise<void> = Promise.resolve();

  async function write(spans: ReadableSpan[]): Promise<void> {
    file ??= open(path, 'a');
    const lines = spans.map((span) => `${JSON.stringify(spanLine(span, service))}\n`).join('');
    await (await file).appendFile(lines);
  }

  return {
    export(spans: ReadableSpan[], done: (result: ExportResult) => void) {
      last = last
        .then(() => write(spans))
        .then(
          () => done({ code: ExportResultCode.SUCCESS }),
          (error: Error) => {
            // A path that cannot be opened now may be later.
            file = undefined;
            done({ code: ExportResultCode.FAILED, error });
          },
        );
    },
    forceFlush: () => last,
    async shutdown() {
      await last;
      await (await file)?.close();
      file = undefined;
    },
  };
}

export function spanLine(span: ReadableSpan, service: string) {
  return {
    traceId: span.spanContext().traceId,
    spanId: span.spanContext().spanId,
    parentSpanId: span.parentSpanContext?.spanId,
    name: span.name,
    service,
    startTime: Temporal.Instant.fromEpochMilliseconds(0)
      .add({ microseconds: Math.round(hrTimeToMicroseconds(span.startTime)) })
      .toString(),
    durationMs: Math.round(hrTimeToMicroseconds(span.duration)) / 1_000,
    attributes: span.attributes,
    status: span.status.code === SpanStatusCode.ERROR ? `error: ${span.status.message ?? ''}` : 'ok',
  };
}
