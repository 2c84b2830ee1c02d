/** What every service counts about its messages, under the same names everywhere. */
import type { Metrics } from '@frontdesk/observability';
import type { MessagingHooks } from './types.ts';

const BUCKETS_SECONDS = [0.002, 0.005, 0.01, 0.03, 0.05, 0.1, 0.3, 1, 5, 30];

export function messagingMetrics(metrics: Metrics): Required<MessagingHooks> {
  const served = metrics.histogram('request_seconds', 'Time to answer a request', BUCKETS_SECONDS, ['verb', 'outcome']);
  const consumed = metrics.histogram('event_seconds', 'Time to handle an event', BUCKETS_SECONDS, [
    'durable',
    'outcome',
  ]);
  const dead = metrics.counter('dead_letters_total', 'Events given up on', ['durable', 'reason']);
  return {
    served: (verb, outcome, durationMs) => served.observe({ verb, outcome }, durationMs / 1_000),
    consumed: (durable, outcome, durationMs) => consumed.observe({ durable, outcome }, durationMs / 1_000),
    deadLettered: (durable, reason) => dead.inc({ durable, reason }),
  };
}
