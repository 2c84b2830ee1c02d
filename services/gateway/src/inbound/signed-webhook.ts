/**
 * The guard in front of every Twilio webhook: the signature is checked over the configured public URL and everything
 * received, with the token of the account that owns the number. What fails is refused with 403 and logged without its
 * body, which is personal data.
 */
import type { DirectoryEntry } from '@frontdesk/contracts/kv/directory';
import { isSignedWebhook } from '@frontdesk/telephony';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Context } from '../context.ts';

/** Form fields as they came. Repeated keys arrive as arrays; the signature is over all of them. */
const form = z.record(z.string(), z.union([z.string(), z.array(z.string())]));
export type WebhookParams = z.infer<typeof form>;

export interface Webhook {
  params: WebhookParams;
  /** The business whose number it is about; nothing when the number belongs to none. */
  entry: DirectoryEntry | undefined;
}

type Handler = (webhook: Webhook, request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

/** Wraps a handler so that it only ever sees signed webhooks. */
export function signedWebhook(context: Context, kind: string, handler: Handler) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const params = form.catch({}).parse(request.body ?? {});
    const entry = businessOf(context, params);
    const signature = request.headers['x-twilio-signature'];
    const signed =
      typeof signature === 'string' &&
      isOfAccount(entry, params) &&
      isSignedWebhook({
        authToken: authTokenOf(context, entry),
        signature,
        url: context.config.publicUrl + request.url,
        params,
      });
    if (!signed) {
      context.events.webhookAnswered(kind, 'unsigned');
      context.log.warn({ kind, signed: typeof signature === 'string' }, 'webhook refused: signature missing or wrong');
      return reply.code(403).type('text/plain').send('signature missing or wrong');
    }
    return handler({ params, entry }, request, reply);
  };
}

/** The auth token of the account that owns the number; the operator's own when it belongs to no business. */
export function authTokenOf(context: Context, entry: DirectoryEntry | undefined): string {
  if (!entry) return context.config.secrets.twilioAuthToken;
  return context.keyRing.decrypt(entry.twilio.authTokenEncrypted, entry.twilio.accountSid);
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
