/**
 * What the caller has really heard. Audio is generated and sent faster than it is played, so what was sent proves
 * nothing; Twilio tells by echoing marks. This machine keeps the account, so that an interruption cuts the model's
 * memory and the transcript where the caller's hearing stopped.
 *
 * Exchange: `sent` for every piece of audio, then the mark it asks for; `itemDone` when the model finished an item,
 * then its end mark; `markReturned` for every echo; `interrupt` when the caller barges in, then `clear` if it says so.
`takeBack` is an interruption that may turn out to be none: what was not heard counts as never sent, and may be sent
again.
 *
 * Marks are sparse (the first piece after silence, then every 500 ms of audio, then the end of the item): one per
 * piece is reported to degrade playback. Between two echoes the clock fills in, held between the last mark returned
 * and the next one outstanding, so that a stalled line is never counted as heard.
 *
 * Gotcha: `clear` makes Twilio return every pending mark. A mark's name carries the generation it was sent in, and an
 * interruption starts the next one, so those echoes count for nothing.
 *
 * Invariants: heard ≤ sent for every item; heard never decreases; cleared audio is never heard; an interrupted item
 * stays as it was cut. Positions are bytes of µ-law (8 per ms); `nowMs` is any monotonic clock.
 */
import { MULAW_BYTES_PER_MS } from './g711.ts';

const MARK_EVERY_BYTES = 500 * MULAW_BYTES_PER_MS;

export interface InterruptedItem {
  itemId: string;
  contentIndex: number;
  /** Whole milliseconds of this content the caller heard; never more than `sentMs`. */
  heardMs: number;
  sentMs: number;
}

export interface PlaybackLedger {
  /** Accounts for audio just sent. Send `mark`, when given, right after it. Audio of an interrupted item is ignored. */
  sent(itemId: string, contentIndex: number, bytes: number, nowMs: number): { mark?: string };
  /** The model finished this item. Send `mark`, when given: its echo means that all of the item was played. */
  itemDone(itemId: string): { mark?: string };
  /** An echo came. Unknown, repeated and cleared marks are ignored. */
  markReturned(name: string, nowMs: number): void;
  /** The echoes still outstanding are lost: everything sent counts as played. */
  giveUp(nowMs: number): void;
  /**
   * The caller barged in. Lists what was cut: every content that was not done and played to its end; send `clear` when
   * told to, and send no more audio of these items.
   */
  interrupt(nowMs: number): { clear: boolean; items: InterruptedItem[] };
  /**
   * Playback stops for now: send `clear` when told to. The last `unheardBytes` sent count as never sent; sent again they
   * continue their items, whose ends have to be marked again.
   */
  takeBack(nowMs: number): { clear: boolean; unheardBytes: number };
  /** Milliseconds of this item heard by now. */
  heardMs(itemId: string, nowMs: number): number;
  /** Milliseconds of audio sent and not yet played. */
  unplayedMs(nowMs: number): number;
  /** The item is done and proved played to its end. Never true of an interrupted one. */
  isFinished(itemId: string): boolean;
  /** The item was cut: what still arrives of it must not be sent. */
  isInterrupted(itemId: string): boolean;
  /** Every byte sent since the last interruption is proved played. */
  allPlayed(): boolean;
}

interface Content {
  readonly itemId: string;
  readonly contentIndex: number;
  sentBytes: number;
  /** Proved played, or final after an interruption. */
  heardBytes: number;
}

interface Item {
  readonly contents: Content[];
  state: 'open' | 'done' | 'interrupted';
}

/** A stretch of this generation's timeline that belongs to one content and is not yet proved played. */
interface Segment {
  readonly content: Content;
  start: number;
  end: number;
}

export function createPlaybackLedger(): PlaybackLedger {
  const items = new Map<string, Item>();
  let generation = 1;
  let marksMade = 0;
  // The timeline of this generation, and where on it playback is known to have been.
  let segments: Segment[] = [];
  let outstanding: { name: string; position: number }[] = [];
  let sentTo = 0;
  let provedTo = 0;
  let markedTo = 0;
  let anchor = { position: 0, atMs: 0 };

  function positionAt(nowMs: number): number {
    const elapsed = Math.max(0, nowMs - anchor.atMs) * MULAW_BYTES_PER_MS;
    const limit = outstanding[0]?.position ?? sentTo;
    return Math.max(provedTo, Math.min(anchor.position + elapsed, limit));
  }

  function itemOf(itemId: string): Item {
    let item = items.get(itemId);
    if (item === undefined) {
      item = { contents: [], state: 'open' };
      items.set(itemId, item);
    }
    return item;
  }

  function markAt(label: string): string {
    marksMade += 1;
    const name = `${label}:g${generation}:m${marksMade}`;
    outstanding.push({ name, position: sentTo });
    markedTo = sentTo;
    return name;
  }

  function prove(position: number): void {
    provedTo = position;
    for (const segment of segments) {
      const heard = heardOf(segment, position);
      segment.content.heardBytes += heard;
      segment.start += heard;
    }
    segments = segments.filter((segment) => segment.start < segment.end);
  }

  function startGeneration(nowMs: number): void {
    generation += 1;
    segments = [];
    outstanding = [];
    sentTo = provedTo = markedTo = 0;
    anchor = { position: 0, atMs: nowMs };
  }

  return {
    sent(itemId, contentIndex, bytes, nowMs) {
      const item = itemOf(itemId);
      if (item.state === 'interrupted' || bytes <= 0) return {};
      item.state = 'open';
      const dry = positionAt(nowMs) >= sentTo;
      // Playback resumes now: the time that passed in silence played nothing.
      if (dry) anchor = { position: sentTo, atMs: nowMs };
      const content = contentOf(item, itemId, contentIndex);
      content.sentBytes += bytes;
      const last = segments.at(-1);
      if (last?.content === content) last.end += bytes;
      else segments.push({ content, start: sentTo, end: sentTo + bytes });
      sentTo += bytes;
      return dry || sentTo - markedTo >= MARK_EVERY_BYTES ? { mark: markAt(`${itemId}:${sentMs(item)}`) } : {};
    },
    itemDone(itemId) {
      const item = itemOf(itemId);
      if (item.state !== 'open') return {};
      item.state = 'done';
      const unproved = segments.some((segment) => segment.content.itemId === itemId);
      return unproved ? { mark: markAt(`${itemId}:${sentMs(item)}:end`) } : {};
    },
    markReturned(name, nowMs) {
      const index = outstanding.findIndex((mark) => mark.name === name);
      const mark = outstanding[index];
      if (mark === undefined) return;
      outstanding = outstanding.slice(index + 1);
      prove(mark.position);
      anchor = { position: mark.position, atMs: nowMs };
    },
    giveUp(nowMs) {
      outstanding = [];
      prove(sentTo);
      anchor = { position: sentTo, atMs: nowMs };
    },
    interrupt(nowMs) {
      const position = positionAt(nowMs);
      const clear = provedTo < sentTo;
      const cut = [...items.values()].filter((item) => isCut(item, segments));
      for (const segment of segments) segment.content.heardBytes += heardOf(segment, position);
      for (const item of cut) item.state = 'interrupted';
      startGeneration(nowMs);
      return { clear, items: cut.flatMap((item) => item.contents.map(interruptedItem)) };
    },
    takeBack(nowMs) {
      const position = Math.floor(positionAt(nowMs));
      const clear = provedTo < sentTo;
      const unheardBytes = sentTo - position;
      for (const segment of segments) {
        const heard = heardOf(segment, position);
        segment.content.heardBytes += heard;
        segment.content.sentBytes -= segment.end - segment.start - heard;
        itemOf(segment.content.itemId).state = 'open';
      }
      startGeneration(nowMs);
      return { clear, unheardBytes };
    },
    heardMs(itemId, nowMs) {
      const position = positionAt(nowMs);
      const proved = items.get(itemId)?.contents.reduce((sum, content) => sum + content.heardBytes, 0) ?? 0;
      const running = segments
        .filter((segment) => segment.content.itemId === itemId)
        .reduce((sum, segment) => sum + heardOf(segment, position), 0);
      return wholeMs(proved + running);
    },
    unplayedMs: (nowMs) => (sentTo - positionAt(nowMs)) / MULAW_BYTES_PER_MS,
    isFinished: (itemId) =>
      items.get(itemId)?.state === 'done' && !segments.some((segment) => segment.content.itemId === itemId),
    isInterrupted: (itemId) => items.get(itemId)?.state === 'interrupted',
    allPlayed() {
      return provedTo >= sentTo;
    },
  };
}

function contentOf(item: Item, itemId: string, contentIndex: number): Content {
  let content = item.contents.find((known) => known.contentIndex === contentIndex);
  if (content === undefined) {
    content = { itemId, contentIndex, sentBytes: 0, heardBytes: 0 };
    item.contents.push(content);
  }
  return content;
}

/** Not done, or done and not proved played to its end. */
function isCut(item: Item, unproved: Segment[]): boolean {
  if (item.state === 'open') return item.contents.length > 0;
  return item.state === 'done' && unproved.some((segment) => item.contents.includes(segment.content));
}

function heardOf(segment: Segment, position: number): number {
  return Math.max(0, Math.min(position, segment.end) - segment.start);
}

function sentMs(item: Item): number {
  return wholeMs(item.contents.reduce((sum, content) => sum + content.sentBytes, 0));
}

function interruptedItem({ itemId, contentIndex, sentBytes, heardBytes }: Content): InterruptedItem {
  return { itemId, contentIndex, heardMs: wholeMs(heardBytes), sentMs: wholeMs(sentBytes) };
}

function wholeMs(bytes: number): number {
  return Math.floor(bytes / MULAW_BYTES_PER_MS);
}
