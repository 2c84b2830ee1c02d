/**
 * The one failure that crosses a process boundary. The list of codes is closed: a caller can handle every case, and
 * nothing about the failing service's inside (SQL, stack traces, other tenants' data) travels with it.
 */
import { z } from 'zod';

/**
 * - `invalid`      the request does not fit its schema, or names something impossible: fix the request
 * - `not_found`    the named thing does not exist for this business
 * - `conflict`     it exists, but its state forbids this (a slot just taken)
 * - `denied`       the caller may not do this
 * - `unavailable`  nobody can serve this now: try again later
 * - `deadline`     the answer did not come in time: it may or may not have happened, retry with the same key
 * - `internal`     a bug; details are in the service's log
 */
export const wireErrorCode = z.enum([
  'invalid',
  'not_found',
  'conflict',
  'denied',
  'unavailable',
  'deadline',
  'internal',
]);
export type WireErrorCode = z.infer<typeof wireErrorCode>;

/** As HTTP says it: for the management API, and for tools that read the micro protocol's header. */
export const httpStatus: Readonly<Record<WireErrorCode, number>> = {
  invalid: 400,
  denied: 403,
  not_found: 404,
  conflict: 409,
  internal: 500,
  unavailable: 503,
  deadline: 504,
};

export const wireErrorBody = z.object({
  code: wireErrorCode,
  message: z.string(),
  /** Names what is wrong, path by path, when the request did not fit its schema. */
  issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
export type WireErrorBody = z.infer<typeof wireErrorBody>;

/** Thrown by handlers to answer with a failure, and by requests that failed. */
export class WireError extends Error {
  override readonly name = 'WireError';
  readonly code: WireErrorCode;
  readonly issues: WireErrorBody['issues'];

  /**
   * @param message safe to show to whoever asked: no personal data, no internals
   * @param options `cause` stays in this process, for the log
   */
  constructor(
    code: WireErrorCode,
    message: string,
    options: { issues?: WireErrorBody['issues']; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.issues = options.issues;
  }

  toBody(): WireErrorBody {
    return { code: this.code, message: this.message, ...(this.issues ? { issues: this.issues } : {}) };
  }

  static from(body: WireErrorBody): WireError {
    return new WireError(body.code, body.message, { issues: body.issues });
  }
}

/** Turns a failed parse into the `invalid` error that names every offending field. */
export function invalidFrom(what: string, error: z.ZodError): WireError {
  const issues = error.issues.map((issue) => ({ path: issue.path.join('.') || '(body)', message: issue.message }));
  const named = issues.map((issue) => `${issue.path}: ${issue.message}`).join('; ');
  return new WireError('invalid', `${what} is not valid: ${named}`, { issues });
}
