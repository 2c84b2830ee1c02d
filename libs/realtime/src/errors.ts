/**
 * What an `error` event, a failed response or a refused connection means for the call.
 *
 * Most errors are about one event of ours and leave the session as it was; only those marked `fatal` end it. Codes and
 * texts were collected from reports about the live API; several important ones come with no code at all.
 */
import type { ModelError } from './server-events.ts';

export type ErrorKind =
  /** A response was asked for while one was active: wait for `response.done` and ask again. */
  | 'active_response'
  /** There was nothing to cancel: it was done already. */
  | 'cancel_not_active'
  /** Less than 100 ms of audio to commit. */
  | 'commit_empty'
  /** A truncation beyond the audio that exists, or of something that has none. */
  | 'truncation'
  | 'item_not_found'
  | 'voice_locked'
  /** 60 minutes are over; the socket closes next. */
  | 'session_expired'
  | 'rate_limited'
  | 'quota'
  | 'auth'
  /** An event of ours is wrong: a bug here. */
  | 'invalid_request'
  | 'server';

const BY_CODE: Record<string, ErrorKind> = {
  conversation_already_has_active_response: 'active_response',
  response_cancel_not_active: 'cancel_not_active',
  input_audio_buffer_commit_empty: 'commit_empty',
  unsupported_content_type: 'truncation',
  item_not_found: 'item_not_found',
  cannot_update_voice: 'voice_locked',
  session_expired: 'session_expired',
  rate_limit_exceeded: 'rate_limited',
  insufficient_quota: 'quota',
  invalid_api_key: 'auth',
  model_not_found: 'auth',
  server_error: 'server',
};

const BY_MESSAGE: readonly [RegExp, ErrorKind][] = [
  [/already has an active response/i, 'active_response'],
  [/cancellation failed/i, 'cancel_not_active'],
  [/already shorter than|can be truncated/i, 'truncation'],
  [/maximum duration/i, 'session_expired'],
  [/rate limit/i, 'rate_limited'],
  [/quota/i, 'quota'],
];

const FATAL: ReadonlySet<ErrorKind> = new Set(['session_expired', 'quota', 'auth']);

/** @returns what it is, and whether the session can go on */
export function classifyError(error: Pick<ModelError, 'type' | 'code' | 'message'>): {
  kind: ErrorKind;
  fatal: boolean;
} {
  const kind =
    BY_CODE[error.code ?? ''] ??
    BY_MESSAGE.find(([pattern]) => pattern.test(error.message))?.[1] ??
    (error.type === 'invalid_request_error' ? 'invalid_request' : 'server');
  return { kind, fatal: FATAL.has(kind) };
}

/** Why no session could be opened. */
export type ConnectFailure =
  | 'unauthorized'
  | 'rate_limited'
  /** Refused for another reason of ours: a wrong model, a wrong URL. */
  | 'refused'
  | 'unavailable'
  | 'timeout'
  | 'network';

const RETRYABLE: ReadonlySet<ConnectFailure> = new Set(['rate_limited', 'unavailable', 'timeout', 'network']);

export class RealtimeConnectError extends Error {
  override readonly name = 'RealtimeConnectError';
  readonly failure: ConnectFailure;
  /** The server's error code, when it named one. */
  readonly code: string | null;
  readonly retryable: boolean;

  constructor(failure: ConnectFailure, message: string, options: { code?: string | null; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.failure = failure;
    this.code = options.code ?? null;
    // A used-up quota answers 429 as a rate limit does, but waiting does not help.
    this.retryable = RETRYABLE.has(failure) && this.code !== 'insufficient_quota';
  }
}

/** What an HTTP status in place of the upgrade means. */
export function connectFailure(status: number): ConnectFailure {
  if (status === 401 || status === 403) return 'unauthorized';
  if (status === 429) return 'rate_limited';
  return status >= 500 ? 'unavailable' : 'refused';
}
