/**
 * The NATS account of one business, through which it reads its own events and can do nothing else.
 *
 * The services' account exports four things, all private: an importer needs an activation token signed by it. A
 * business's account imports exactly: the stream `events.<id>.>`, and of the JetStream API the INFO, NEXT and ACK
 * subjects of its own durable consumer. Reply subjects do not cross accounts: the server replaces them on the way, so
 * that a business cannot have anything published to a subject of the services' account.
 *
 * The imported API is under a prefix of its own (`EVENTS_API_PREFIX`), which clients give as `apiPrefix`; for the same
 * reason `$JS.API` means nothing inside a business's account.
 *
 * Accounts are signed by the operator's signing key and pushed to the running server: nothing is reloaded, and the
 * services' account never changes. Pushing an account again with a later `revoked` list cuts off credentials.
 */
import { businessConsumerName, businessEventsSubject, EVENTS_STREAM } from '@frontdesk/contracts/event';
import {
  type Export,
  encodeAccount,
  encodeActivation,
  encodeUser,
  fmtCreds,
  type Import,
  type OperatorLimits,
} from '@nats-io/jwt';
import { createAccount, createUser, fromPublic, fromSeed, type KeyPair } from '@nats-io/nkeys';
import { ackSubjects } from './subjects.ts';

/** The JetStream API prefix a business's client uses (`jetstream(nc, { apiPrefix })`). */
export const EVENTS_API_PREFIX = 'FRONTDESK.API';

/** -1 is "no limit"; what is left out is 0, which is "none". */
export const ACCOUNT_LIMITS: OperatorLimits = {
  subs: -1,
  data: -1,
  payload: -1,
  imports: -1,
  exports: -1,
  wildcards: true,
  conn: -1,
  leaf: -1,
};

/** What one business may use at most: it only reads. */
const BUSINESS_LIMITS: OperatorLimits = {
  ...ACCOUNT_LIMITS,
  subs: 1_000,
  payload: 65_536,
  exports: 0,
  conn: 100,
  leaf: 0,
  disallow_bearer: true,
};

/** What the services' account offers to businesses, to be narrowed by each one's activation token. */
export function businessExports(eventsSubjects: string): Export[] {
  const [ack, laterAck] = ackSubjects(EVENTS_STREAM, '*');
  return [
    { name: 'events', subject: eventsSubjects, type: 'stream', token_req: true },
    service('consumer info', `$JS.API.CONSUMER.INFO.${EVENTS_STREAM}.*`, 'Singleton'),
    // One pull is answered by many messages.
    service('consumer next', `$JS.API.CONSUMER.MSG.NEXT.${EVENTS_STREAM}.*`, 'Stream'),
    service('ack', ack, 'Singleton'),
    service('ack of later servers', laterAck, 'Singleton'),
  ];
}

function service(name: string, subject: string, responses: 'Singleton' | 'Stream'): Export {
  return { name, subject, type: 'service', response_type: responses, token_req: true };
}

export interface BusinessAccountOptions {
  businessId: string;
  /** The account's own seed when it exists already; a new account is made without. */
  accountSeed?: string;
  /** Public key of the services' account (NATS_SERVICES_ACCOUNT). */
  servicesAccount: string;
  /** Seed of the key that signs activations for it (NATS_ACTIVATION_SEED). */
  activationSeed: string;
  /** Seed of the operator's signing key (NATS_OPERATOR_SEED). */
  operatorSeed: string;
  /** Users cut off: public key → everything issued until this second since 1970. */
  revoked?: Readonly<Record<string, number>>;
}

export interface BusinessAccount {
  /** A secret: keep it encrypted. It signs the business's users. */
  accountSeed: string;
  publicKey: string;
  /** To be pushed with `pushAccount`. */
  accountJwt: string;
}

/** Makes a business's account, or the same account again with its present imports. */
export async function businessAccount(options: BusinessAccountOptions): Promise<BusinessAccount> {
  const account = options.accountSeed ? keyOf(options.accountSeed) : createAccount();
  const accountJwt = await encodeAccount(
    `business ${options.businessId}`,
    account,
    {
      limits: BUSINESS_LIMITS,
      imports: await importsOf(options, account),
      revocations: { ...options.revoked },
    },
    { signer: keyOf(options.operatorSeed) },
  );
  return { accountSeed: text(account.getSeed()), publicKey: account.getPublicKey(), accountJwt };
}

async function importsOf(options: BusinessAccountOptions, account: KeyPair): Promise<Import[]> {
  const consumer = businessConsumerName(options.businessId);
  const info = `CONSUMER.INFO.${EVENTS_STREAM}.${consumer}`;
  const next = `CONSUMER.MSG.NEXT.${EVENTS_STREAM}.${consumer}`;
  const [ack, laterAck] = ackSubjects(EVENTS_STREAM, consumer);
  const wanted: [type: 'stream' | 'service', subject: string, localSubject: string][] = [
    ['stream', businessEventsSubject(options.businessId), businessEventsSubject(options.businessId)],
    ['service', `$JS.API.${info}`, `${EVENTS_API_PREFIX}.${info}`],
    ['service', `$JS.API.${next}`, `${EVENTS_API_PREFIX}.${next}`],
    ['service', ack, ack],
    ['service', laterAck, laterAck],
  ];
  return Promise.all(
    wanted.map(async ([type, subject, localSubject]) => ({
      name: subject,
      type,
      subject,
      // A service import renames through `local_subject`; a stream keeps its name without one.
      ...(localSubject === subject ? {} : { local_subject: localSubject }),
      account: options.servicesAccount,
      token: await encodeActivation(
        subject,
        account.getPublicKey(),
        fromPublic(options.servicesAccount),
        type,
        { subject },
        { signer: keyOf(options.activationSeed) },
      ),
    })),
  );
}

export interface BusinessUserOptions {
  businessId: string;
  accountSeed: string;
  /** What the business calls these credentials. */
  name: string;
  expiresAt?: Temporal.Instant;
}

/**
 * Mints credentials for one business.
 * @returns the text of a `.creds` file, and the user's public key with which they can be revoked
 */
export async function businessUser(options: BusinessUserOptions): Promise<{ creds: string; publicKey: string }> {
  const key = createUser();
  const consumer = businessConsumerName(options.businessId);
  const jwt = await encodeUser(
    options.name,
    key,
    keyOf(options.accountSeed),
    {
      pub: {
        allow: [
          `${EVENTS_API_PREFIX}.CONSUMER.INFO.${EVENTS_STREAM}.${consumer}`,
          `${EVENTS_API_PREFIX}.CONSUMER.MSG.NEXT.${EVENTS_STREAM}.${consumer}`,
          ...ackSubjects(EVENTS_STREAM, consumer),
        ],
      },
      // Inboxes of an account are its own: the default prefix is enough, and every client works unchanged.
      sub: { allow: [businessEventsSubject(options.businessId), '_INBOX.>'] },
    },
    options.expiresAt ? { exp: Math.floor(options.expiresAt.epochMilliseconds / 1_000) } : {},
  );
  return { creds: text(fmtCreds(jwt, key)), publicKey: key.getPublicKey() };
}

export interface EventAccess {
  subject: string;
  stream: string;
  consumer: string;
  apiPrefix: string;
}

/** Where a business finds its events: live by subscribing to `subject`, from the start by pulling from `consumer`. */
export function businessEventAccess(businessId: string): EventAccess {
  return {
    subject: businessEventsSubject(businessId),
    stream: EVENTS_STREAM,
    consumer: businessConsumerName(businessId),
    apiPrefix: EVENTS_API_PREFIX,
  };
}

function keyOf(seed: string): KeyPair {
  return fromSeed(new TextEncoder().encode(seed));
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
