/** Two replicas of the real service on a database of their own, a model for them to ask, and whoever tells them of calls. */
import { mkdtempDisposable, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallDetails } from '@frontdesk/contracts/transcript/call-view';
import { getCall } from '@frontdesk/contracts/transcript/get-call';
import type { Messaging } from '@frontdesk/messaging';
import { connectForTest, testNats } from '@frontdesk/messaging/testing';
import { createLogger } from '@frontdesk/observability';
import { createDatabase } from '@frontdesk/persistence';
import { createTestDatabase } from '@frontdesk/persistence/testing';
import type { RunningService } from '@frontdesk/service';
import { vi } from 'vitest';
import { readConfig } from '../src/config.ts';
import { migrations, startService } from '../src/service.ts';
import { type Publishable, publish } from './a-call.ts';
import { type ChatPeer, startChatPeer } from './chat-peer.ts';

interface Tables {
  calls: {
    call_sid: string;
    summary_failure: string | null;
    summary_given_up_at: unknown;
    record_checked_at: unknown;
    usage: unknown;
    entries: unknown;
  };
  outbox: { event: { type: string; data: unknown; traceparent?: string }; published_at: unknown; business_id: string };
}

export interface Harness extends AsyncDisposable {
  readonly model: ChatPeer;
  readonly gateway: Messaging;
  readonly bridge: Messaging;
  readonly booking: Messaging;
  /** Everything the first two replicas logged, every level. */
  logged(): string;
  traces(): Promise<string>;
  startReplica(instanceId: string): Promise<RunningService>;
  /** Whoever may publish an event is who publishes it. */
  say(businessId: string, ...events: Publishable[]): Promise<void>;
  /** Polls until the call is as expected. */
  eventually(businessId: string, callSid: string, check: (call: CallDetails) => void): Promise<void>;
  promptsAbout(text: string): string[];
  publishedEvents(businessId: string): Promise<Tables['outbox']['event'][]>;
  /** The call's row as it is stored, once there is one. */
  stored(callSid: string): Promise<Tables['calls'] | undefined>;
  /** Why no more attempts are made for this call; null while there still are. */
  giveUpReason(callSid: string): Promise<string | null>;
}

/** How often a replica looks for what is due. */
export const POLL_MS = 50;
const GRACE_MS = 1_000;
const FINALISE_AFTER_MS = 300;

export async function startHarness(): Promise<Harness> {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await createTestDatabase({ service: 'transcript', migrations }));
  const model = stack.use(await startChatPeer());
  const silent = createLogger({ service: 'test', instanceId: 'test', level: 'silent' });
  const db = stack.use(createDatabase<Tables>({ ...database, schema: 'transcript', log: silent }));
  const folder = stack.use(await mkdtempDisposable(join(tmpdir(), 'transcript-')));
  const tracesFile = join(folder.path, 'traces.jsonl');

  function startReplica(instanceId: string, overrides: Parameters<typeof startService>[1] = {}) {
    const { url, credsDir } = testNats();
    const config = readConfig({
      SERVICE_INSTANCE: instanceId,
      LOG_LEVEL: 'silent',
      NATS_URL: url,
      NATS_CREDS: join(credsDir, 'transcript.creds'),
      DATABASE_URL: database.url,
      DATABASE_SYSTEM_URL: database.systemUrl,
      OPENAI_API_KEY: model.apiKey,
      OPENAI_BASE_URL: model.baseUrl,
      TRACES_FILE: tracesFile,
    });
    const quick = {
      graceMs: GRACE_MS,
      orphanGraceMs: 500,
      deadlineMs: 2_000,
      pollMs: POLL_MS,
      retry: { baseMs: 50, maxMs: 100 },
    };
    const finalise = { afterMs: FINALISE_AFTER_MS, pollMs: POLL_MS };
    return startService({ ...config, summary: { ...config.summary, ...quick }, finalise }, overrides);
  }

  let logged = '';
  const destination = {
    write(line: string) {
      logged += line;
    },
  };
  for (const instanceId of ['transcript-1', 'transcript-2']) {
    const log = createLogger({ service: 'transcript', instanceId, level: 'trace', destination });
    stack.use(await startReplica(instanceId, { log }));
  }
  const gateway = stack.use(await connectForTest('gateway'));
  const bridge = stack.use(await connectForTest('media-bridge'));
  const booking = stack.use(await connectForTest('booking'));

  function stored(callSid: string) {
    return db.asSystem({ kind: 'system', id: 'test' }, (tx) =>
      tx.selectFrom('calls').where('call_sid', '=', callSid).selectAll().executeTakeFirst(),
    );
  }

  const owned = stack.move();
  return {
    ...{ model, gateway, bridge, booking },
    logged: () => logged,
    traces: () => readFile(tracesFile, 'utf8'),
    startReplica: (instanceId) => startReplica(instanceId),
    say: (businessId, ...events) => publish(bridge, businessId, ...events),
    eventually: (businessId, callSid, check) =>
      vi.waitFor(async () => check(await gateway.request(getCall, businessId, { callSid })), {
        timeout: 15_000,
        interval: 50,
      }),
    promptsAbout: (text) => model.prompts.filter((prompt) => prompt.includes(text)),
    async publishedEvents(businessId) {
      const rows = await db.asSystem({ kind: 'system', id: 'test' }, (tx) =>
        tx.selectFrom('outbox').where('business_id', '=', businessId).select(['event', 'published_at']).execute(),
      );
      return rows.filter((row) => row.published_at !== null).map((row) => row.event);
    },
    stored,
    async giveUpReason(callSid) {
      const row = await stored(callSid);
      return row?.summary_given_up_at ? row.summary_failure : null;
    },
    [Symbol.asyncDispose]: () => owned[Symbol.asyncDispose](),
  };
}
