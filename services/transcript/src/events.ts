/** One function per thing this service reports: the event, its counter and its log line cannot drift apart. */
import { type CallSummary, callSummarized } from '@frontdesk/contracts/events/call';
import type { Logger, Metrics } from '@frontdesk/observability';
import { appendToOutbox, type TenantTransaction } from '@frontdesk/persistence';
import type { CallKey } from './store/call-writer.ts';
import type { TranscriptSchema } from './store/schema.ts';

export interface SummarisedCall {
  call: { from_number: string | null; started_at: Temporal.Instant; caller_id: string | null };
  summary: CallSummary;
  model: string;
  now: Temporal.Instant;
}

export function createEvents(metrics: Metrics, log: Logger) {
  const attempts = metrics.counter('summary_attempts_total', 'Attempts to summarise a call by what became of them', [
    'result',
  ]);
  const seconds = metrics.histogram('summary_seconds', 'How long a summary took to make', [0.1, 0.5, 1, 2, 5, 10, 30]);
  const finalised = metrics.counter('calls_finalised_total', 'Calls whose bridge left their record behind');
  const lateEntries = metrics.counter(
    'transcript_late_entries_total',
    'Turns and tool calls that missed their summary',
  );

  return {
    /** Published when, and only when, the transaction that keeps the summary commits. */
    async callSummarized(
      tx: TenantTransaction<TranscriptSchema>,
      { businessId, callSid }: CallKey,
      { call, summary, model, now }: SummarisedCall,
    ): Promise<void> {
      await appendToOutbox(tx, businessId, callSummarized, {
        id: `${callSid}:summarized`,
        businessId,
        subject: callSid,
        sequence: 1,
        time: now,
        data: {
          ...summary,
          callSid,
          from: call.from_number,
          startedAt: call.started_at.toString(),
          callerId: call.caller_id ?? undefined,
          model,
        },
      });
    },

    summaryAttempted(result: 'made' | 'empty' | 'lost_claim', durationMs: number): void {
      attempts.inc({ result });
      if (result === 'made') seconds.observe(durationMs / 1_000);
      log.info({ event: 'summary_attempted', result, durationMs: Math.round(durationMs) }, 'summary attempted');
    },

    /** @param code what went wrong; @param willRetry false: given up, the call stays without a summary */
    summaryFailed(code: string, attempt: number, willRetry: boolean): void {
      attempts.inc({ result: willRetry ? 'failed' : 'given_up' });
      const fields = { event: willRetry ? 'summary_failed' : 'summary_given_up', code, attempt };
      if (willRetry) log.warn(fields, 'a summary could not be made yet');
      else log.error(fields, 'a summary was given up');
    },

    /** @param told events its bridge had not published; @param unsettledTools asked for, and nobody knows the result */
    callFinalised(told: number, unsettledTools: number): void {
      finalised.inc();
      log.warn({ event: 'call_finalised', told, unsettledTools }, 'a call was finalised from its record');
    },

    /** The conversation is complete for a reader, its summary is not. */
    entryAfterSummary(): void {
      lateEntries.inc();
      log.warn({ event: 'entry_after_summary' }, 'an entry arrived after the call was summarised');
    },
  };
}
export type Events = ReturnType<typeof createEvents>;
