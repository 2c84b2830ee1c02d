/**
 * What each service may publish and subscribe to on NATS: `grants.ts` turned into subjects.
 *
 * - Every service has an inbox prefix of its own (`_INBOX_<service>`); only it can read the replies to its requests.
 * - A service may reply to the inboxes of those who may ask it and to the administrator's, and to nothing else.
 *   `allow_responses` is never used: with it a requester could name any subject as its reply subject and have a
 *   service publish there.
 * - JetStream's API is spelled out per stream, bucket and consumer. A service can create its own durables and the
 *   short-lived consumers behind a bucket's watch; streams and buckets are created by provision.ts alone.
 */
import { EVENTS_STREAM, eventFilter } from '@frontdesk/contracts/event';
import { allRpcs } from '@frontdesk/contracts/registry';
import type { RpcContract } from '@frontdesk/contracts/rpc';
import { signalSubject } from '@frontdesk/contracts/signal';
import { ackSubjects, deadLetterSubject, inboxPrefix } from '@frontdesk/messaging';
import { type Grants, grants } from './grants.ts';

export interface SubjectLists {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

/** The inboxes of people: `nats` on the command line uses the default prefix, our own tools `_INBOX_admin`. */
const ADMIN_INBOXES = ['_INBOX.>', `${inboxPrefix('admin')}.>`];

export const serviceNames: readonly string[] = Object.keys(grants);

/** @throws Error for a service that is not in the table */
export function servicePermissions(service: string): SubjectLists {
  const granted = grants[service];
  if (!granted) throw new Error(`no grants for the service ${service}`);
  const served = allRpcs.filter((contract) => contract.service === service);
  return {
    publish: sorted([
      ...ADMIN_INBOXES,
      ...(granted.asks ?? []).map(requestSubjects),
      ...askersOf(served).map((asker) => `${inboxPrefix(asker)}.>`),
      ...(granted.publishes ?? []).map(eventFilter),
      ...(granted.signals ?? []).map((contract) => signalSubject(contract, '*')),
      ...(granted.durables ?? []).flatMap(durableSubjects),
      ...bucketSubjects(granted),
      ...(granted.createsBusinessConsumers ? businessConsumerSubjects : []),
    ]),
    subscribe: sorted([
      `${inboxPrefix(service)}.>`,
      ...served.map(requestSubjects),
      ...(granted.hears ?? []).map((contract) => signalSubject(contract, '*')),
      ...['PING', 'INFO', 'STATS'].flatMap((verb) => [
        `$SRV.${verb}`,
        `$SRV.${verb}.${service}`,
        `$SRV.${verb}.${service}.*`,
      ]),
    ]),
  };
}

function requestSubjects(contract: RpcContract): string {
  return `rpc.v1.${contract.service}.${contract.verb}.${contract.scope === 'none' ? '_' : '*'}`;
}

function askersOf(served: readonly RpcContract[]): string[] {
  return serviceNames.filter((name) => grants[name]?.asks?.some((contract) => served.includes(contract)));
}

function durableSubjects(durable: string): string[] {
  return [
    // Without a filter in the subject for servers before 2.10 that are asked to update; with it for all others.
    `$JS.API.CONSUMER.CREATE.${EVENTS_STREAM}.${durable}`,
    `$JS.API.CONSUMER.CREATE.${EVENTS_STREAM}.${durable}.>`,
    `$JS.API.CONSUMER.INFO.${EVENTS_STREAM}.${durable}`,
    `$JS.API.CONSUMER.MSG.NEXT.${EVENTS_STREAM}.${durable}`,
    ...ackSubjects(EVENTS_STREAM, durable),
    deadLetterSubject(durable),
  ];
}

function bucketSubjects(granted: Grants): string[] {
  const reading = (granted.reads ?? []).flatMap(({ bucket }) => [
    `$JS.API.STREAM.MSG.GET.KV_${bucket}`,
    `$JS.API.CONSUMER.CREATE.KV_${bucket}.>`,
    `$JS.API.CONSUMER.INFO.KV_${bucket}.*`,
    `$JS.API.CONSUMER.DELETE.KV_${bucket}.*`,
    `$JS.FC.KV_${bucket}.>`,
  ]);
  return [...reading, ...(granted.writes ?? []).map(({ bucket }) => `$KV.${bucket}.>`)];
}

const businessConsumerSubjects = [
  `$JS.API.CONSUMER.CREATE.${EVENTS_STREAM}.*.events.*.>`,
  `$JS.API.CONSUMER.INFO.${EVENTS_STREAM}.*`,
];

function sorted(subjects: string[]): string[] {
  return [...new Set(subjects)].sort();
}
