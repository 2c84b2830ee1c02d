/** The client's errors as the one wire error. */
import { WireError } from '@frontdesk/contracts/wire-error';
import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream';
import {
  ClosedConnectionError,
  ConnectionError,
  DrainingConnectionError,
  NoRespondersError,
  PermissionViolationError,
  RequestError,
  TimeoutError,
} from 'nats';
import { ConnectionLostError } from './connection.ts';

export type Failure = 'no_responders' | 'timeout' | 'lost' | 'closed' | 'not_permitted' | 'other';

/** JetStream answers these while it starts, elects or catches up. */
const TEMPORARY_JETSTREAM_STATUS = 503;

export function failureOf(error: unknown): Failure {
  if (error instanceof ConnectionLostError || error instanceof ConnectionError) return 'lost';
  if (error instanceof TimeoutError) return 'timeout';
  if (error instanceof NoRespondersError) return 'no_responders';
  if (error instanceof PermissionViolationError) return 'not_permitted';
  if (error instanceof ClosedConnectionError || error instanceof DrainingConnectionError) return 'closed';
  if (error instanceof RequestError && error.isNoResponders()) return 'no_responders';
  // "jetstream is not enabled" is what the client makes of no-responders: a restarting server has none for a moment.
  if (error instanceof Error && error.cause !== undefined && error.cause !== error) return failureOf(error.cause);
  if (error instanceof JetStreamApiError && error.status === TEMPORARY_JETSTREAM_STATUS) return 'no_responders';
  return 'other';
}

/** Whether the same message, with the same id, may succeed later. */
export function isTemporary(error: unknown): boolean {
  const failure = failureOf(error);
  return failure === 'no_responders' || failure === 'timeout' || failure === 'lost';
}

/** The key's last revision was another than the one expected. */
export function isLostRace(error: unknown): boolean {
  return (
    error instanceof JetStreamApiError &&
    (error.code === JetStreamApiCodes.StreamWrongLastSequence ||
      error.code === JetStreamApiCodes.StreamWrongLastSequenceUnknown)
  );
}

/** @param what names what was attempted, such as `booking book-slot`; goes into the message */
export function toWireError(what: string, error: unknown): WireError {
  if (error instanceof WireError) return error;
  const failure = failureOf(error);
  if (failure === 'not_permitted') return new WireError('denied', `${what} is not permitted here`, { cause: error });
  if (failure === 'other') return new WireError('internal', `${what} failed`, { cause: error });
  if (failure === 'timeout') return new WireError('deadline', `${what} did not answer in time`, { cause: error });
  return new WireError('unavailable', `${what} cannot be reached now`, { cause: error });
}
