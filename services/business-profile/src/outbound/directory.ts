/**
 * The KV bucket `directory` as this service writes it. It is derived: what PostgreSQL says is right, and whatever the
 * bucket says otherwise is overwritten. A mirror of the bucket is kept by watching it, so that comparing the two costs
 * no requests.
 */
import { isDeepStrictEqual } from 'node:util';
import { directory as contract, type DirectoryEntry, directoryKey } from '@frontdesk/contracts/kv/directory';
import { withDeadline } from '@frontdesk/lifecycle';
import type { Bucket, Messaging } from '@frontdesk/messaging';

/** Another replica writes the same truth; losing a race to it twice in a row means something else is wrong. */
const MAX_RACES = 3;
const CATCH_UP_TIMEOUT_MS = 10_000;

export interface Directory extends AsyncDisposable {
  /** What the bucket holds, by key, as far as the watch has told. */
  readonly mirror: ReadonlyMap<string, DirectoryEntry>;
  /** Writes an entry unless the bucket has the same or a newer one. @returns whether it was written */
  put(entry: DirectoryEntry): Promise<boolean>;
  remove(key: string): Promise<void>;
}

/** Resolves when the mirror is complete. */
export async function openDirectory(messaging: Messaging): Promise<Directory> {
  const bucket = await messaging.bucket(contract);
  const mirror = new Map<string, DirectoryEntry>();
  const caughtUp = Promise.withResolvers<void>();
  const watch = await bucket.watch(
    (key, entry) => {
      if (entry) mirror.set(key, entry);
      else mirror.delete(key);
    },
    { onCaughtUp: () => caughtUp.resolve() },
  );
  await withDeadline('reading the directory', CATCH_UP_TIMEOUT_MS, caughtUp.promise);
  return {
    mirror,
    put: (entry) => putNewer(bucket, entry),
    async remove(key) {
      await bucket.delete(key);
    },
    [Symbol.asyncDispose]: () => watch[Symbol.asyncDispose](),
  };
}

async function putNewer(bucket: Bucket<DirectoryEntry>, entry: DirectoryEntry): Promise<boolean> {
  const key = directoryKey(entry.number);
  for (let race = 0; race < MAX_RACES; race++) {
    const existing = await bucket.get(key);
    if (existing && isCurrent(existing.value, entry)) return false;
    const revision = existing ? await bucket.update(key, entry, existing.revision) : await bucket.create(key, entry);
    if (revision !== undefined) return true;
  }
  throw new Error('the directory entry kept changing while it was written');
}

/** A replica that read PostgreSQL before a change must not undo what another wrote after it. */
function isCurrent(existing: DirectoryEntry, wanted: DirectoryEntry): boolean {
  const newer = existing.businessId === wanted.businessId && existing.profile.updatedAt > wanted.profile.updatedAt;
  return newer || isDeepStrictEqual(existing, wanted);
}
