/**
 * The relay's own connection: it holds the advisory lock that makes this relay the only one of its service, and hears
 * that events were committed. Lock and LISTEN end with the connection, so a process that dies gives way by itself.
 */
import { type CloudEvent, cloudEvent } from '@frontdesk/contracts/event';
import { DeadlineError, withDeadline } from '@frontdesk/lifecycle';
import type { Database } from './database.ts';
import { outboxChannel } from './outbox.ts';

const CLOSE_TIMEOUT_MS = 1_000;

export interface PendingEvent {
  id: number;
  /** Business and aggregate: events of one lane leave in order. */
  lane: string;
  subject: string;
  messageId: string;
  event: CloudEvent;
}

export interface OutboxSession extends AsyncDisposable {
  readonly lost: boolean;
  /** Whether this relay is the service's only one; stays so until the connection ends. */
  lead(): Promise<boolean>;
  /**
   * The oldest events that may leave. A row may leave once no transaction older than its own is still open: ids are
   * given before commit, so a lower id may yet appear behind a higher one, but not behind this horizon.
   *
   * @param exceptLanes lanes that wait after a failure; without this one bad lane would fill every batch
   */
  pending(limit: number, exceptLanes: readonly string[]): Promise<PendingEvent[]>;
  /** Whether events are committed that the horizon still holds back. */
  heldBack(): Promise<boolean>;
  markPublished(ids: readonly number[]): Promise<void>;
}

/** @param onChange an event was committed, or the connection was lost */
export async function openOutboxSession<DB>(
  db: Database<DB>,
  schema: string,
  onChange: () => void,
): Promise<OutboxSession> {
  const client = await db.openSession('outbox');
  let lost = false;
  let leading = false;
  const lose = () => {
    lost = true;
    onChange();
  };
  client.on('error', lose).on('end', lose).on('notification', onChange);
  // A process that is gone without a FIN (a lost node) must not keep the lock for the two hours that TCP takes to
  // notice: a living relay asks something every few seconds.
  try {
    await client.query(`set idle_session_timeout = '30s'`);
  } catch (error) {
    client.connection.stream.destroy();
    throw error;
  }
  const table = `"${schema}".outbox`;

  return {
    get lost() {
      return lost;
    },
    async lead() {
      if (leading) return true;
      const { rows } = await client.query('select pg_try_advisory_lock(hashtextextended($1, 0)) as leading', [
        `frontdesk.outbox.${schema}`,
      ]);
      leading = rows[0].leading === true;
      if (leading) await client.query(`listen "${outboxChannel(schema)}"`);
      return leading;
    },
    async pending(limit, exceptLanes) {
      const { rows } = await client.query(
        `select id, business_id || ' ' || aggregate as lane, subject, message_id, event from ${table}
          where published_at is null and xid < pg_snapshot_xmin(pg_current_snapshot())
            and business_id || ' ' || aggregate <> all ($2::text[])
          order by id limit $1`,
        [limit, [...exceptLanes]],
      );
      return rows.map((row) => ({
        id: row.id,
        lane: row.lane,
        subject: row.subject,
        messageId: row.message_id,
        event: cloudEvent.parse(row.event),
      }));
    },
    async heldBack() {
      const { rows } = await client.query(
        `select exists (select from ${table}
          where published_at is null and xid >= pg_snapshot_xmin(pg_current_snapshot())) as held_back`,
      );
      return rows[0].held_back === true;
    },
    async markPublished(ids) {
      await client.query(`update ${table} set published_at = now() where id = any ($1::bigint[])`, [[...ids]]);
    },
    async [Symbol.asyncDispose]() {
      client.off('end', lose);
      try {
        if (!lost) await withDeadline('closing the outbox connection', CLOSE_TIMEOUT_MS, client.end());
      } catch (error) {
        // A server that is frozen never says goodbye, and the relay must get on to its next connection.
        if (!(error instanceof DeadlineError)) throw error;
      } finally {
        client.connection.stream.destroy();
      }
    },
  };
}
