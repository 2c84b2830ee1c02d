/** Every dependency of the handlers, built once and by hand. What is opened here is closed in reverse with `closing`. */
import type { Messaging } from '@frontdesk/messaging';
import { createDatabase, type Database } from '@frontdesk/persistence';
import { type Base, joinMessaging, startBase } from '@frontdesk/service';
import { relayOutbox } from '@frontdesk/service/outbox';
import type { Config } from './config.ts';
import { createEvents, type Events } from './events.ts';
import { type CallRecords, createCallRecords } from './outbound/call-record.ts';
import { createSummaryModel, type SummaryModel } from './outbound/openai.ts';
import type { TranscriptSchema } from './store/schema.ts';

export interface Context extends Base {
  readonly config: Config;
  readonly db: Database<TranscriptSchema>;
  readonly messaging: Messaging;
  readonly events: Events;
  readonly summaryModel: SummaryModel;
  readonly records: CallRecords;
}

const SERVICE = 'transcript';

export async function createContext(
  config: Config,
  closing: AsyncDisposableStack,
  overrides: Partial<Context>,
): Promise<Context> {
  const base = startBase({ service: SERVICE, config, overrides }, closing);
  const { log, metrics } = base;
  const { database, openAiApiKey: apiKey } = config.secrets;
  const db = closing.use(createDatabase<TranscriptSchema>({ ...database, schema: SERVICE, log }));
  const messaging = await joinMessaging({ service: SERVICE, config, base }, closing);
  relayOutbox({ db, messaging, log }, closing);
  const { baseUrl, model, deadlineMs } = config.summary;
  return {
    ...base,
    config,
    db,
    messaging,
    events: createEvents(metrics, log),
    records: await createCallRecords(messaging),
    summaryModel: createSummaryModel({ apiKey, baseUrl, model, deadlineMs }),
    ...overrides,
  };
}
