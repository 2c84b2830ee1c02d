/** What this service reports about itself: one function per business event, so that log and metric cannot drift apart. */
import type { Logger, Metrics } from '@frontdesk/observability';

export interface Events {
  businessCreated(created: { businessId: string; repeated: boolean }): void;
  knowledgePut(put: { businessId: string; passages: number }): void;
  knowledgeSearched(searched: { passages: number; durationMs: number }): void;
  apiKeyCreated(created: { businessId: string; keyId: string }): void;
  apiKeyChecked(checked: { known: boolean }): void;
  eventCredentialsIssued(issued: { businessId: string; credentialsId: string }): void;
  directoryWritten(): void;
  directoryRemoved(): void;
  reconcileFailed(): void;
}

export function createEvents(metrics: Metrics, log: Logger): Events {
  const changes = metrics.counter('profile_changes_total', 'Changes made, by kind', ['what']);
  const keyChecks = metrics.counter('profile_api_key_checks_total', 'API keys looked up, by whether known', ['known']);
  const directory = metrics.counter('profile_directory_writes_total', 'Directory entries changed', ['how']);
  const failures = metrics.counter('profile_reconcile_failures_total', 'Passes over derived data that failed');
  const searches = metrics.histogram(
    'profile_search_seconds',
    'Time to search knowledge, by whether something was found',
    [0.002, 0.005, 0.01, 0.03, 0.1, 0.3, 1],
    ['found'],
  );
  return {
    businessCreated(created) {
      if (!created.repeated) changes.inc({ what: 'business_created' });
      log.info({ event: 'business_created', ...created }, 'created a business');
    },
    knowledgePut(put) {
      changes.inc({ what: 'knowledge_put' });
      log.info({ event: 'knowledge_put', ...put }, 'replaced a document of knowledge');
    },
    knowledgeSearched({ passages, durationMs }) {
      searches.observe({ found: String(passages > 0) }, durationMs / 1_000);
      log.debug({ event: 'knowledge_searched', passages, durationMs }, 'searched knowledge');
    },
    apiKeyCreated(created) {
      changes.inc({ what: 'api_key_created' });
      log.info({ event: 'api_key_created', ...created }, 'created an API key');
    },
    apiKeyChecked({ known }) {
      keyChecks.inc({ known: String(known) });
      if (!known) log.warn({ event: 'api_key_refused' }, 'refused an API key');
    },
    eventCredentialsIssued(issued) {
      changes.inc({ what: 'event_credentials_issued' });
      log.info({ event: 'event_credentials_issued', ...issued }, 'issued event credentials');
    },
    directoryWritten: () => directory.inc({ how: 'written' }),
    directoryRemoved: () => directory.inc({ how: 'removed' }),
    reconcileFailed: () => failures.inc(),
  };
}
