/**
 * The directory bucket, mirrored in memory: answering a call needs neither business-profile nor PostgreSQL, and while
 * NATS is away the last known state goes on being used.
 */
import { type DirectoryEntry, directory } from '@frontdesk/contracts/kv/directory';
import { withDeadline } from '@frontdesk/lifecycle';
import type { Messaging } from '@frontdesk/messaging';

const READ_WITHIN_MS = 10_000;

export interface Directory extends AsyncDisposable {
  byNumber(number: string): DirectoryEntry | undefined;
  /** Any entry of this business: all carry the same account and profile. */
  byBusiness(businessId: string): DirectoryEntry | undefined;
}

/**
 * Resolves when the whole directory has been read: a gateway that knew half of it would take the other half's calls for
 * nobody's.
 *
 * @throws Error when it cannot be read in time
 */
export async function watchDirectory(messaging: Messaging): Promise<Directory> {
  const byKey = new Map<string, DirectoryEntry>();
  const caughtUp = Promise.withResolvers<void>();
  const bucket = await messaging.bucket(directory);
  const watch = await bucket.watch(
    (key, entry) => {
      if (entry) byKey.set(key, entry);
      else byKey.delete(key);
    },
    { onCaughtUp: caughtUp.resolve },
  );
  await withDeadline('reading the directory', READ_WITHIN_MS, caughtUp.promise);
  return {
    byNumber: (number) => byKey.get(number.replace(/^\+/, '')),
    byBusiness: (businessId) => [...byKey.values()].find((entry) => entry.businessId === businessId),
    [Symbol.asyncDispose]: () => watch[Symbol.asyncDispose](),
  };
}
