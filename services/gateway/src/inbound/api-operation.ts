/**
 * Serves one operation of the management API from its contract: the API key decides the business, the contract's schemas
 * check what comes in and what goes out, and every failure leaves in the one error shape.
 */
import { randomUUID } from 'node:crypto';
import { apiKey } from '@frontdesk/contracts/business-profile/create-api-key';
import { type HttpContract, type httpError, idempotencyKey } from '@frontdesk/contracts/http/http';
import { httpStatus, invalidFrom, WireError } from '@frontdesk/contracts/wire-error';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Context } from '../context.ts';

interface Call<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType> {
  businessId: string;
  /** The key that was shown: who did it. */
  apiKeyId: string;
  params: z.output<P>;
  query: z.output<Q>;
  body: z.output<B>;
  /** The client's; one of our own, which no other request has, when it sent none. */
  idempotencyKey: string;
}

export function serveOperation<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType, R extends z.ZodType>(
  http: FastifyInstance,
  context: Context,
  contract: HttpContract<P, Q, B, R>,
  handler: (call: Call<P, Q, B>) => Promise<Omit<z.input<R>, 'success'>>,
): void {
  http.route({
    method: contract.method,
    url: contract.path.replace(/\{(\w+)\}/g, ':$1'),
    handler: async (request, reply) => {
      const { businessId, keyId: apiKeyId } = await authenticate(context, request);
      const call = {
        businessId,
        apiKeyId,
        params: checked('path', contract.params, request.params),
        query: checked('query', contract.query, request.query),
        body: contract.body ? checked('body', contract.body, request.body) : (undefined as z.output<B>),
        idempotencyKey: contract.idempotent ? keyOf(request) : randomUUID(),
      };
      const result = contract.reply.parse({ success: true, ...(await handler(call)) });
      return reply.code(contract.status).send(result);
    },
  });
}

class Unauthenticated extends Error {
  override readonly name = 'Unauthenticated';
}

async function authenticate(context: Context, request: FastifyRequest): Promise<{ businessId: string; keyId: string }> {
  const header = request.headers.authorization ?? '';
  const presented = apiKey.safeParse(header.replace(/^Bearer /, ''));
  if (!header.startsWith('Bearer ') || !presented.success) {
    throw new Unauthenticated('send your API key as "Authorization: Bearer fd_…"');
  }
  try {
    return await context.businessProfile.authenticate(presented.data);
  } catch (error) {
    if (error instanceof WireError && error.code === 'denied') throw new Unauthenticated('this API key is not valid');
    throw error;
  }
}

function keyOf({ headers }: FastifyRequest): string {
  const given = headers['idempotency-key'];
  return given === undefined ? randomUUID() : checked('Idempotency-Key', idempotencyKey, given);
}

function checked<Schema extends z.ZodType>(where: string, schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value ?? {});
  if (!parsed.success) throw invalidFrom(where, parsed.error);
  return parsed.data;
}

/** The error handler of the whole HTTP server. */
export function replyWithError(context: Context, error: unknown, reply: FastifyReply): FastifyReply {
  const { status, body } = describe(error);
  if (status >= 500) context.log.error({ err: error }, 'request failed');
  return reply.code(status).send({ success: false, error: body } satisfies z.input<typeof httpError>);
}

function describe(error: unknown): { status: number; body: z.input<typeof httpError>['error'] } {
  if (error instanceof WireError) return { status: httpStatus[error.code], body: error.toBody() };
  if (error instanceof Unauthenticated)
    return { status: 401, body: { code: 'unauthenticated', message: error.message } };
  // Fastify's own refusals (a body that is no JSON, too large …) carry the status the sender deserves.
  if (
    error instanceof Error &&
    'statusCode' in error &&
    typeof error.statusCode === 'number' &&
    error.statusCode < 500
  ) {
    return { status: error.statusCode, body: { code: 'invalid', message: error.message } };
  }
  return { status: 500, body: { code: 'internal', message: 'something went wrong on our side' } };
}
