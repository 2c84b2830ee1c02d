/**
 * Keeps what is derived from PostgreSQL as it should be: the directory of numbers, and the accounts of businesses in
 * the NATS server. A crash between a commit and what follows from it, a lost bucket or a new NATS server are all
 * healed by the next pass, so nothing else has to be careful about them.
 */
import { backoff, type Clock } from '@frontdesk/lifecycle';
import type { Logger } from '@frontdesk/observability';
import type { Database } from '@frontdesk/persistence';
import { directoryEntries } from '../domain/business.ts';
import type { Events } from '../events.ts';
import type { Directory } from '../outbound/directory.ts';
import type { NatsServer } from '../outbound/nats-accounts.ts';
import { type AccountsWanted, readAccountsToPush } from '../store/account-reader.ts';
import { type NumberVersion, readBusinesses, readNumberVersions } from '../store/business-reader.ts';
import { markAccountPushed } from '../store/business-writer.ts';
import type { BusinessProfileSchema } from '../store/schema.ts';

const ACTOR = { kind: 'service', id: 'reconciler' } as const;
/** How many businesses are read into memory at a time. */
const BATCH = 100;

export interface ReconcilerOptions {
  readonly db: Database<BusinessProfileSchema>;
  readonly directory: Directory;
  readonly accounts: NatsServer;
  readonly events: Events;
  readonly clock: Clock;
  readonly log: Logger;
  readonly everyMs: number;
}

export interface Reconciler extends AsyncDisposable {
  /** Brings one business's entries and account up to date now. */
  business(businessId: string): Promise<void>;
  /** Makes the next pass trust nothing it finds. */
  distrust(): void;
}

/**
 * Begins with a pass at once, then one every `everyMs`; a pass that fails is tried again sooner. The first pass that
 * succeeds trusts nothing it finds, so that whatever was lost while nobody looked is written again.
 */
export function startReconciler(options: ReconcilerOptions): Reconciler {
  const { db, directory, accounts, events, clock, log } = options;
  // Counts the reasons to trust nothing, so that one that comes up during a pass is not forgotten at its end.
  let doubts = 1;
  let doubtsSettled = 0;
  let stopped = false;
  let timer: Disposable | undefined;
  const retryWait = backoff({ baseMs: 250, maxMs: options.everyMs });
  let failures = 0;
  let running: Promise<void> = loop();

  async function writeEntries(businessIds: readonly string[]): Promise<void> {
    const businesses = await db.asSystem(ACTOR, (tx) => readBusinesses(tx, businessIds));
    for (const entry of businesses.flatMap(directoryEntries)) {
      if (await directory.put(entry)) events.directoryWritten();
    }
  }

  async function pushAccounts(which: AccountsWanted): Promise<void> {
    const due = await db.asSystem(ACTOR, (tx) => readAccountsToPush(tx, which));
    await accounts.push(due, ({ businessId, accountJwt }) =>
      db.asTenant(businessId, ACTOR, (tx) => markAccountPushed(tx, businessId, accountJwt)),
    );
  }

  async function pass(): Promise<void> {
    const settling = doubts;
    const trusting = doubtsSettled === settling;
    const versions = await db.asSystem(ACTOR, readNumberVersions);
    const stale = new Set(versions.filter((one) => !trusting || isStale(one, directory)).map((one) => one.businessId));
    const ids = [...stale];
    for (let from = 0; from < ids.length; from += BATCH) await writeEntries(ids.slice(from, from + BATCH));
    await removeLeftovers(versions);
    await pushAccounts({ alsoPushed: !trusting });
    doubtsSettled = settling;
  }

  /**
   * Entries of numbers that our businesses no longer have. What belongs to a business that is not in this database is
   * left alone: it is another shard's, which keeps the same bucket.
   */
  async function removeLeftovers(versions: readonly NumberVersion[]): Promise<void> {
    const ours = new Set(versions.map(({ businessId }) => businessId));
    const known = new Set(versions.map(({ number }) => number));
    for (const [key, { businessId, number }] of directory.mirror) {
      if (!ours.has(businessId) || known.has(number)) continue;
      // It may have been added after the versions were read.
      const [business] = await db.asSystem(ACTOR, (tx) => readBusinesses(tx, [businessId]));
      if (business?.numbers.includes(number)) continue;
      await directory.remove(key);
      events.directoryRemoved();
    }
  }

  async function loop(): Promise<void> {
    try {
      await pass();
      failures = 0;
    } catch (error) {
      failures ||= 1;
      events.reconcileFailed();
      log.error({ err: error, event: 'reconcile_failed' }, 'could not bring the directory up to date');
    }
    if (stopped) return;
    const waitMs = failures > 0 ? retryWait(failures++) : options.everyMs;
    timer = clock.after(waitMs, () => {
      running = loop();
    });
  }

  return {
    distrust: () => void doubts++,
    async business(businessId) {
      await writeEntries([businessId]);
      await pushAccounts({ alsoPushed: false, businessId });
    },
    async [Symbol.asyncDispose]() {
      stopped = true;
      timer?.[Symbol.dispose]();
      await running;
    },
  };
}

function isStale({ number, businessId, updatedAt }: NumberVersion, directory: Directory): boolean {
  const entry = directory.mirror.get(number.slice(1));
  return entry?.businessId !== businessId || entry.profile.updatedAt !== updatedAt;
}
