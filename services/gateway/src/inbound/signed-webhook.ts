/**
 * The guard in front of every Twilio webhook: the signature is checked over the configured public URL and everything
 * received, with the token of the account that owns the number. What fails is refused with 403 and logged without its
 * body, which is personal data.
 */
import type { DirectoryEntry } from '@frontdesk/contracts/kv/directory';
import { SecretsError } from '@frontdesk/secrets';
import { isSignedWebhook, sayAndHangupTwiml } from '@frontdesk/telephony';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { NOT_AVAILABLE } from '../domain/spoken.ts';

/** Form fields as they came. Repeated keys arrive as arrays; the signature is over all of them. */
const form = z.record(z.string(), z.union([z.string(), z.array(z.string())]));
export type WebhookParams = z.infer<typeof form>;

export interface Webhook {
  params: WebhookParams;
  /** The business whose number it is about; nothing when the number belongs to none. */
  entry: DirectoryEntry | undefined;
}

const SIGNATURE = 'x-twilio-signature';
const FORM = 'application/x-www-form-urlencoded';
/** A webhook is a few kilobytes. */
const MOST_BYTES = 65_536;
/** Everything under this path that is posted comes from Twilio. */
const webhookPath = /^\/api\/v1\/voice\/([a-z-]+)/;

type Handler = (webhook: Webhook, request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

/**
 * Wraps a handler so that it only ever sees signed webhooks.
 *
 * @param entryOf finds the business of a webhook that names no telephone number
 */
export function signedWebhook(
  context: Context,
  kind: string,
  handler: Handler,
  entryOf?: (request: FastifyRequest) => DirectoryEntry | undefined,
) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const params = form.catch({}).parse(request.body ?? {});
    const entry = entryOf ? entryOf(request) : businessOf(context, params);
    const authToken = authTokenOf(context, entry);
    const signature = request.headers[SIGNATURE];
    const url = context.config.publicUrl + request.url;
    const signed =
      authToken !== undefined &&
      typeof signature === 'string' &&
      isOfAccount(entry, params) &&
      isSignedWebhook({ authToken, signature, url, params });
    return signed ? handler({ params, entry }, request, reply) : refuse(context, kind, reply);
  };
}

/**
 * A webhook that is answered with what a caller hears. Whatever goes wrong they hear something: an HTTP error would become
 * Twilio's own "an application error has occurred".
 */
export function spokenWebhook(
  context: Context,
  kind: string,
  handler: (webhook: Webhook, request: FastifyRequest) => Promise<string>,
) {
  return signedWebhook(context, kind, async (webhook, request, reply) => {
    let twiml: string;
    try {
      twiml = await handler(webhook, request);
    } catch (error) {
      context.events.webhookAnswered(kind, 'failed');
      context.log.error({ err: error, kind }, 'a webhook could not be handled');
      twiml = sayAndHangupTwiml(NOT_AVAILABLE);
    }
    return reply.type('text/xml').send(twiml);
  });
}

/**
 * Refuses what cannot be a signed webhook before its body is read: no signature, or a body that is not the form Twilio
 * signs.
 */
export function refuseUnsigned(context: Context) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const [, kind] = webhookPath.exec(request.url) ?? [];
    if (request.method !== 'POST' || kind === undefined) return undefined;
    const { [SIGNATURE]: signature, 'content-type': type = '', 'content-length': length } = request.headers;
    const mayBeSigned = typeof signature === 'string' && type.startsWith(FORM) && Number(length ?? 0) <= MOST_BYTES;
    return mayBeSigned ? undefined : refuse(context, kind, reply);
  };
}

function refuse({ events, log }: Context, kind: string, reply: FastifyReply): FastifyReply {
  events.webhookAnswered(kind, 'unsigned');
  log.warn({ kind }, 'webhook refused: signature missing or wrong');
  return reply.code(403).type('text/plain').send('signature missing or wrong');
}

/**
 * The auth token of the account that owns the number; the operator's own when it belongs to no business. Nothing when it
 * was sealed with a key we do not have: then nobody can be told from anybody.
 */
export function authTokenOf(context: Context, entry: DirectoryEntry | undefined): string | undefined {
  if (!entry) return context.config.secrets.twilioAuthToken;
  try {
    return context.keyRing.decrypt(entry.twilio.authTokenEncrypted, entry.twilio.accountSid);
  } catch (error) {
    if (!(error instanceof SecretsError)) throw error;
    context.log.error({ err: error, businessId: entry.businessId }, 'the Twilio token of a business cannot be read');
    return undefined;
  }
}

/** A signature proves who signed; that it is about this account's call is for us to check. */
function isOfAccount(entry: DirectoryEntry | undefined, params: WebhookParams): boolean {
  return entry === undefined || params.AccountSid === entry.twilio.accountSid;
}

/** The business's own number is the one called on the way in, and the one calling on the way out. */
function businessOf(context: Context, params: WebhookParams): DirectoryEntry | undefined {
  const own = String(params.Direction ?? '').startsWith('outbound') ? params.From : params.To;
  return typeof own === 'string' ? context.directory.byNumber(own) : undefined;
}
