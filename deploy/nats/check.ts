/** What a NATS that somebody else runs must provide, checked before anything is started against it. */
import { allBuckets } from '@frontdesk/contracts/registry';
import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from 'nats';
import { isStreamMissing, wantedStreams } from './provision.ts';

export const OLDEST_SERVER = '2.9.0';

/**
 * Finds everything that is wrong with this NATS, in words for the person who runs it. Empty when it can be used.
 * - nats-server 2.9.0 or newer
 * - JetStream enabled for the account
 * - the streams and key-value buckets of `provision`, with the same subjects and time to live
 */
export async function checkNats(connection: NatsConnection): Promise<string[]> {
  const version = connection.info?.version ?? 'unknown';
  const problems: string[] = [];
  if (!isAtLeast(version, OLDEST_SERVER))
    problems.push(`nats-server is ${version}, and must be ${OLDEST_SERVER} or newer`);
  try {
    const manager = await jetstreamManager(connection, { timeout: 5_000 });
    for (const wanted of wantedStreams()) problems.push(...(await streamProblems(manager, wanted)));
  } catch (error) {
    problems.push(
      `JetStream cannot be used by this account: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  return problems;
}

async function streamProblems(
  manager: JetStreamManager,
  wanted: ReturnType<typeof wantedStreams>[number],
): Promise<string[]> {
  const isBucket = allBuckets.some(({ bucket }) => `KV_${bucket}` === wanted.name);
  const what = isBucket ? `the bucket ${wanted.name.slice(3)}` : `the stream ${wanted.name}`;
  try {
    const { config } = await manager.streams.info(wanted.name);
    const problems: string[] = [];
    if (config.subjects.join() !== wanted.subjects.join()) {
      problems.push(`${what} keeps ${config.subjects.join()}, and must keep ${wanted.subjects.join()}`);
    }
    // How long events are kept is the operator's choice; how long a key lives is part of the design.
    if (isBucket && config.max_age !== wanted.max_age) problems.push(`${what} has another time to live than it must`);
    return problems;
  } catch (error) {
    if (isStreamMissing(error)) return [`${what} is missing: run the provisioning`];
    throw error;
  }
}

/** Whether `2.10.3` is `2.9.0` or newer. Pre-releases count as their release. */
export function isAtLeast(version: string, oldest: string): boolean {
  const [have, need] = [version, oldest].map((text) =>
    (/^\d+\.\d+\.\d+/.exec(text)?.[0] ?? '0.0.0').split('.').map(Number),
  );
  for (let i = 0; i < 3; i++) {
    const difference = (have?.[i] ?? 0) - (need?.[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
