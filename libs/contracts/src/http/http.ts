/** One operation of the management API. `/openapi.json` is made from these. Bodies are snake_case JSON. */
import { z } from 'zod';
import { wireErrorCode } from '../wire-error.ts';

export interface HttpContract<
  Params extends z.ZodObject = z.ZodObject,
  Query extends z.ZodObject = z.ZodObject,
  Body extends z.ZodType = z.ZodType,
  Reply extends z.ZodType = z.ZodType,
> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With `{name}` for path parameters. */
  readonly path: string;
  readonly summary: string;
  readonly params: Params;
  readonly query: Query;
  /** Absent when the operation takes no body. */
  readonly body?: Body;
  readonly reply: Reply;
  readonly status: 200 | 201;
  /** Takes an `Idempotency-Key`: the same key does it once, and answers the same. Without one, every request is another. */
  readonly idempotent?: true;
}

/** Of a client's own making, such as a UUID. */
export const idempotencyKey = z.string().regex(/^[\x21-\x7e]{1,100}$/, 'must be 1 to 100 visible characters');

export function defineHttp<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType, R extends z.ZodType>(
  contract: HttpContract<P, Q, B, R>,
): HttpContract<P, Q, B, R> {
  return Object.freeze(contract);
}

/** The one error shape of the HTTP API. */
export const httpError = z.object({
  success: z.literal(false),
  error: z.object({
    code: z.enum([...wireErrorCode.options, 'unauthenticated']),
    message: z.string(),
    issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  }),
});

export const none = z.strictObject({});
