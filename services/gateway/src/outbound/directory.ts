/**
 * The directory bucket, mirrored in memory: answering a call needs neither business-profile nor PostgreSQL, and while
 * NATS is away the last known state goes on being used.
 */
import { type DirectoryEntry, directory } from '@frontdesk/contracts/kv/directory';
import type { Messaging } from '@frontdesk/messaging';

export interface Directory extends AsyncDisposable {
  byNumber(number: string): DirectoryEntry | undefined;
  /** Any entry of this business: all carry the same account and profile. */
  byBusiness(businessId: string): DirectoryEntry | undefined;
  /** The first full reading has been taken. */
  readonly ready: boolean;
}

export async function watchDirectory(messaging: Messaging): Promise<Directory> {
  const byKey = new Map<string, DirectoryEntry>();
  let ready = false;
  const bucket = await messaging.bucket(directory);
  const watch = await bucket.watch(
    (key, entry) => {
      if (entry) byKey.set(key, entry);
      else byKey.delete(key);
    },
    {
      onCaughtUp: () => {
        ready = true;
      },
    },
  );
  return {
    byNumber: (number) => byKey.get(number.replace(/^\+/, '')),
    byBusiness: (businessId) => [...byKey.values()].find((entry) => entry.businessId === businessId),
    get ready() {
      return ready;
    },
    [Symbol.asyncDispose]: () => watch[Symbol.asyncDispose](),
  };
}
