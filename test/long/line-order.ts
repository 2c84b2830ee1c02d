/**
 * Who was given a line when, by what the buckets `lines` and `queue` hold: each change at the moment the server stored it.
 *
 * First come first served means: of those who wait, the first N may take N free lines. Whoever is given one while as many
 * wait before them as lines are free has overtaken somebody. A caller who never had a ticket comes after all who had one
 * when their call rang.
 */
import { lineHolder, lines } from '@frontdesk/contracts/kv/lines';
import { queue, seqOfTicketKey, ticket } from '@frontdesk/contracts/kv/queue';
import { Kvm, type KvWatchEntry } from '@nats-io/kv';
import { natsConnection } from '../failures/scene/call.ts';

export interface LineOrder {
  /** Lines held at once, at most. */
  mostHeld: number;
  /** Calls that were given a line that was somebody else's turn: how many waited before them, and how many were free. */
  overtaking: { callSid: string; ticket: number | undefined; waitedBefore: number; free: number }[];
  /** How long each caller with a ticket waited for their line. */
  waitedMs: number[];
  /** Calls that had a ticket. */
  ticketed: ReadonlySet<string>;
  /** Callers who came on before one with an earlier ticket, for whom another line was free. */
  ahead: number;
}

/** Changes of one business, in the order in which equal moments are taken: none of them makes an overtaking. */
const KINDS = ['freed', 'left', 'taken', 'joined'] as const;

interface Change {
  kind: (typeof KINDS)[number];
  atMs: number;
  callSid: string;
  /** Of the line or the ticket. */
  number: number;
}

/** Watches until asked, with the moment at which each call rang. */
export async function watchLineOrder(
  businessId: string,
  maxLines: number,
): Promise<(rangAtMs: ReadonlyMap<string, number>) => Promise<LineOrder>> {
  const kvm = new Kvm(await natsConnection());
  const changes: Change[] = [];
  const watches = await Promise.all(
    [lines.bucket, queue.bucket].map(async (bucket) => (await kvm.open(bucket)).watch({ key: `${businessId}.>` })),
  );
  const [lineWatch, queueWatch] = watches;
  const reading = Promise.all([
    follow(lineWatch, (entry) => lineHolder.parse(entry.json()).callSid, ['taken', 'freed'], changes),
    follow(queueWatch, (entry) => ticket.parse(entry.json()).callSid, ['joined', 'left'], changes),
  ]);
  return async (rangAtMs) => {
    for (const watch of watches) watch.stop();
    await reading;
    return lineOrder(changes, maxLines, rangAtMs);
  };
}

async function follow(
  watch: AsyncIterable<KvWatchEntry> | undefined,
  callOf: (entry: KvWatchEntry) => string,
  [begins, ends]: readonly [Change['kind'], Change['kind']],
  changes: Change[],
): Promise<void> {
  const holders = new Map<string, string>();
  for await (const entry of watch ?? []) {
    const change = { atMs: entry.created.getTime(), number: seqOfTicketKey(entry.key) };
    const before = holders.get(entry.key);
    const now = entry.operation === 'PUT' ? callOf(entry) : undefined;
    // Renewed, as it is every few seconds.
    if (before === now) continue;
    if (before !== undefined) changes.push({ ...change, kind: ends, callSid: before });
    if (now !== undefined) changes.push({ ...change, kind: begins, callSid: now });
    if (now === undefined) holders.delete(entry.key);
    else holders.set(entry.key, now);
  }
}

/** What the changes say, replayed. */
function lineOrder(changes: readonly Change[], maxLines: number, rangAtMs: ReadonlyMap<string, number>): LineOrder {
  const held = new Map<number, string>();
  const tickets = new Map<string, Change>();
  const order = { mostHeld: 0, overtaking: [] as LineOrder['overtaking'], waitedMs: [] as number[] };
  const ticketed = new Set<string>();
  const granted: number[] = [];

  /** Who has a line waits no more, though the ticket is given back a moment later. */
  const waiting = () => [...tickets.values()].filter(({ callSid }) => ![...held.values()].includes(callSid));

  function take({ callSid, number, atMs }: Change): void {
    const own = tickets.get(callSid);
    const isBefore = (other: Change) =>
      own === undefined ? other.atMs < (rangAtMs.get(callSid) ?? 0) : other.number < own.number;
    const waitedBefore = waiting().filter(isBefore).length;
    const free = maxLines - held.size;
    if (waitedBefore >= free) order.overtaking.push({ callSid, ticket: own?.number, waitedBefore, free });
    held.set(number, callSid);
    order.mostHeld = Math.max(order.mostHeld, held.size);
    if (own === undefined) return;
    order.waitedMs.push(atMs - own.atMs);
    granted.push(own.number);
  }

  const inTime = changes.toSorted(
    (one, other) => one.atMs - other.atMs || KINDS.indexOf(one.kind) - KINDS.indexOf(other.kind),
  );
  for (const change of inTime) {
    if (change.kind === 'freed') held.delete(change.number);
    else if (change.kind === 'left') tickets.delete(change.callSid);
    else if (change.kind === 'taken') take(change);
    else {
      tickets.set(change.callSid, change);
      ticketed.add(change.callSid);
    }
  }
  const ahead = granted.filter((seq, place) => granted.slice(place + 1).some((later) => later < seq)).length;
  return { ...order, ticketed, ahead };
}
