/**
 * What the receptionist says, from the engine's generation to the caller's ear.
 *
 * Generation runs ahead of playback by seconds: the greeting waits here until the stream starts, everything else waits
 * in Twilio's buffer. State is kept per item, since one response may hold several. When the caller barges in, what was
 * not heard is taken back from the line, from the engine's memory and from the transcript, also when the engine was
 * done with its response long ago; audio that still arrives of it is dropped.
 *
 * Where the bridge decides whether the caller interrupts at all, playback is only held: what was not heard waits here,
 * and is either played from there or taken back like after any interruption.
 */
import { base64Bytes, createPlaybackLedger, MULAW_BYTES_PER_MS, muLawDurationMs } from '@frontdesk/telephony';
import type { CallDecision } from './call-decision.ts';
import { heardText, type TextPlace } from './heard-text.ts';
import { createPlaybackTail } from './playback-tail.ts';
import type { Transcript } from './transcript.ts';
import type { EngineEvent } from './voice-engine.ts';

/** A greeting waits for the stream with at most this much audio: a minute. */
export const MAX_WAITING_BYTES = 60 * 8000;
/** After all audio should have been played, an echo that is later than this does not come. */
export const ECHO_GRACE_MS = 5_000;
const REMEMBERED_RESPONSES = 64;

type AudioEvent = Extract<EngineEvent, { kind: 'audio' }>;

interface Item {
  readonly itemId: string;
  readonly responseId: string;
  text: string;
  readonly places: TextPlace[];
  generatedBytes: number;
  startsAtMs: number;
  /** The engine generated all of it; `sealed` when the line was told so. */
  complete: boolean;
  sealed: boolean;
  textComplete: boolean;
  /** The engine was lost in the middle of it. */
  brokenOff: boolean;
}

export interface ReceptionistSpeech {
  audio(event: AudioEvent, nowMs: number): CallDecision[];
  words(responseId: string, itemId: string, delta: string): void;
  wordsDone(responseId: string, itemId: string, text: string): void;
  itemDone(itemId: string, nowMs: number): CallDecision[];
  /** Nothing more comes of this response. */
  responseDone(responseId: string, nowMs: number): CallDecision[];
  /**
   * Stops playback for now: what was not heard waits for `startPlaying` or `bargeIn`. Needs `keepsTail`.
   */
  hold(nowMs: number): CallDecision[];
  /** The stream is there, or what held playback was nothing: what waited is sent. */
  startPlaying(nowMs: number): CallDecision[];
  markReturned(name: string, nowMs: number): void;
  /** @param activeResponseId what the engine is generating, to be ignored from now on */
  bargeIn(activeResponseId: string | undefined, nowMs: number): CallDecision[];
  /** Nothing of this response is to be heard. */
  ignore(responseId: string): void;
  /** No echo will come any more for what should have been played by now: it counts as heard. */
  giveUpEchoes(nowMs: number): void;
  /** The line is gone: turns end where the caller's hearing did. */
  hangUp(nowMs: number): void;
  /** The line is gone, and another may come: what was cut off is said again. */
  detach(activeResponseId: string | undefined, nowMs: number): CallDecision[];
  /**
   * The engine is gone: what it began is all there will be of it, and is still heard to its end.
   * @param keepWaiting whether words that wait for the line are said at all
   */
  engineGone(keepWaiting: boolean, nowMs: number): CallDecision[];
  /** Words on their way to the caller's ear; not `complete` when more were to come, or should have. */
  underway(): readonly { itemId: string; text: string; complete: boolean }[];
  /** Audio came of this response. */
  spokeIn(responseId: string): boolean;
  unplayedMs(nowMs: number): number;
  /** Everything said has been heard. */
  allHeard(): boolean;
}

/** @param keepsTail playback may be held */
export function createReceptionistSpeech(transcript: Transcript, keepsTail = false): ReceptionistSpeech {
  const ledger = createPlaybackLedger();
  const tail = keepsTail ? createPlaybackTail() : undefined;
  const items = new Map<string, Item>();
  const silenced = createRecentSet(REMEMBERED_RESPONSES);
  const spoken = createRecentSet(REMEMBERED_RESPONSES);
  let waiting: AudioEvent[] | undefined = [];
  let waitingBytes = 0;
  /** What waits was sent before, or follows what was. */
  let held = false;

  function itemOf(responseId: string, itemId: string): Item {
    let item = items.get(itemId);
    if (item === undefined) {
      item = {
        itemId,
        responseId,
        text: '',
        places: [],
        generatedBytes: 0,
        startsAtMs: 0,
        complete: false,
        sealed: false,
        textComplete: false,
        brokenOff: false,
      };
      items.set(itemId, item);
    }
    return item;
  }

  function send(event: AudioEvent, bytes: number, nowMs: number): CallDecision[] {
    const { mark } = ledger.sent(event.itemId, event.contentIndex, bytes, nowMs);
    tail?.sent(event);
    tail?.keep(ledger.unplayedMs(nowMs) * MULAW_BYTES_PER_MS);
    const play: CallDecision = { kind: 'play', base64: event.base64 };
    return mark === undefined ? [play] : [play, { kind: 'mark', name: mark }];
  }

  function seal(item: Item): CallDecision[] {
    if (item.sealed || waiting !== undefined) return [];
    item.sealed = true;
    const { mark } = ledger.itemDone(item.itemId);
    return mark === undefined ? [] : [{ kind: 'mark', name: mark }];
  }

  /** Writes down the items that were heard to their end. */
  function settle(nowMs: number): void {
    for (const item of items.values()) {
      if (item.sealed && item.textComplete && ledger.isFinished(item.itemId)) {
        conclude(item, item.text, item.brokenOff, nowMs);
      }
    }
  }

  function conclude(item: Item, text: string, interrupted: boolean, nowMs: number): void {
    items.delete(item.itemId);
    const heard = text.trim();
    transcript.finish(
      item.itemId,
      heard === ''
        ? undefined
        : {
            kind: 'turn',
            role: 'receptionist',
            text: heard,
            startedAtMs: item.startsAtMs,
            endedAtMs: nowMs,
            interrupted,
          },
    );
  }

  /** It was not said. A place that stayed open would keep back everything after it. */
  function drop(item: Item): void {
    items.delete(item.itemId);
    transcript.finish(item.itemId);
  }

  /** Ends every unfinished turn where the caller's hearing ended, and takes the rest back. */
  function cut(nowMs: number): CallDecision[] {
    const { clear, items: contents } = ledger.interrupt(nowMs);
    const decisions: CallDecision[] = clear ? [{ kind: 'clear' }] : [];
    const unsent = new Set(held ? waiting?.map(({ itemId }) => itemId) : []);
    for (const item of [...items.values()]) {
      const generatedMs = muLawDurationMs(item.generatedBytes);
      const parts = contents.filter((content) => content.itemId === item.itemId);
      const heardMs = parts.reduce((sum, part) => sum + part.heardMs, 0);
      const sentOut = item.complete && parts.length > 0 && !unsent.has(item.itemId);
      const playedOut = sentOut && parts.every((part) => part.heardMs >= part.sentMs);
      silenced.add(item.responseId);
      if (playedOut || ledger.isFinished(item.itemId)) {
        conclude(item, item.text, item.brokenOff, nowMs);
        continue;
      }
      if (heardMs === 0) decisions.push(forgetting(item.itemId));
      else {
        // Truncating one content at nothing would take the heard one with it.
        const heardParts = parts.filter((part) => part.heardMs > 0);
        decisions.push(...heardParts.map((part) => truncation(item.itemId, part.contentIndex, part.heardMs)));
      }
      conclude(item, heardText(item.text, item.places, heardMs, generatedMs), true, nowMs);
    }
    if (held) {
      held = false;
      waiting = undefined;
      waitingBytes = 0;
    }
    return decisions;
  }

  function playWaiting(nowMs: number): CallDecision[] {
    const waited = waiting ?? [];
    waiting = undefined;
    waitingBytes = 0;
    held = false;
    const decisions: CallDecision[] = [];
    const begun = new Set<string>();
    for (const event of waited) {
      const item = items.get(event.itemId);
      const unheard = !begun.has(event.itemId) && ledger.heardMs(event.itemId, nowMs) === 0;
      if (item !== undefined && unheard) item.startsAtMs = nowMs + ledger.unplayedMs(nowMs);
      begun.add(event.itemId);
      decisions.push(...send(event, base64Bytes(event.base64), nowMs));
    }
    for (const item of items.values()) if (item.complete && item.generatedBytes > 0) decisions.push(...seal(item));
    settle(nowMs);
    return decisions;
  }

  return {
    audio(event, nowMs) {
      if (silenced.has(event.responseId)) return [{ kind: 'measured', measure: { what: 'late_audio' } }];
      const bytes = base64Bytes(event.base64);
      // Nothing to hear, and nothing Twilio would take.
      if (bytes === 0) return [];
      const item = itemOf(event.responseId, event.itemId);
      if (item.generatedBytes === 0) {
        item.startsAtMs = nowMs + ledger.unplayedMs(nowMs);
        transcript.begin(item.itemId);
        spoken.add(event.responseId);
      }
      if (waiting === undefined) {
        item.generatedBytes += bytes;
        return send(event, bytes, nowMs);
      }
      if (waitingBytes + bytes > MAX_WAITING_BYTES) {
        silenced.add(event.responseId);
        item.complete = true;
        item.textComplete = true;
        return [{ kind: 'engine', command: { kind: 'cancel' } }];
      }
      item.generatedBytes += bytes;
      waitingBytes += bytes;
      waiting.push(event);
      return [];
    },
    words(responseId, itemId, delta) {
      if (silenced.has(responseId)) return;
      const item = itemOf(responseId, itemId);
      item.text += delta;
      item.places.push({ chars: item.text.length, ms: muLawDurationMs(item.generatedBytes) });
    },
    wordsDone(responseId, itemId, text) {
      if (silenced.has(responseId)) return;
      const item = itemOf(responseId, itemId);
      // One of several contents: their texts came piece by piece, and this one is among them.
      if (!item.text.includes(text)) item.text = text;
    },
    itemDone(itemId, nowMs) {
      const item = items.get(itemId);
      if (item === undefined) return [];
      item.complete = true;
      item.textComplete = true;
      const decisions = seal(item);
      settle(nowMs);
      return decisions;
    },
    responseDone(responseId, nowMs) {
      const decisions: CallDecision[] = [];
      for (const item of [...items.values()].filter((candidate) => candidate.responseId === responseId)) {
        item.complete = true;
        item.textComplete = true;
        // Text without a sound was not said.
        if (item.generatedBytes === 0) drop(item);
        else decisions.push(...seal(item));
      }
      settle(nowMs);
      return decisions;
    },
    hold(nowMs) {
      if (waiting !== undefined || tail === undefined) return [];
      const { clear, unheardBytes } = ledger.takeBack(nowMs);
      held = true;
      waiting = tail.take(unheardBytes);
      waitingBytes = unheardBytes;
      for (const item of items.values()) item.sealed = false;
      return clear ? [{ kind: 'clear' }] : [];
    },
    startPlaying: playWaiting,
    markReturned(name, nowMs) {
      ledger.markReturned(name, nowMs);
      tail?.keep(ledger.unplayedMs(nowMs) * MULAW_BYTES_PER_MS);
      settle(nowMs);
    },
    bargeIn(activeResponseId, nowMs) {
      if (activeResponseId !== undefined) silenced.add(activeResponseId);
      return cut(nowMs);
    },
    ignore: (responseId) => silenced.add(responseId),
    giveUpEchoes(nowMs) {
      ledger.giveUp(nowMs);
      tail?.keep(0);
      for (const item of [...items.values()]) if (item.sealed) conclude(item, item.text, item.brokenOff, nowMs);
    },
    hangUp(nowMs) {
      cut(nowMs);
    },
    detach(activeResponseId, nowMs) {
      if (activeResponseId !== undefined) silenced.add(activeResponseId);
      // Said again as a whole: the engine would go on from the middle of what it remembers to have said.
      const decisions = cut(nowMs).flatMap((decision) => {
        if (decision.kind === 'clear') return [];
        if (decision.kind !== 'engine' || decision.command.kind !== 'truncate') return [decision];
        return [forgetting(decision.command.itemId)];
      });
      waiting = [];
      waitingBytes = 0;
      return decisions;
    },
    engineGone(keepWaiting, nowMs) {
      if (waiting !== undefined && !held && !keepWaiting) {
        for (const { itemId } of items.values()) transcript.finish(itemId);
        items.clear();
        waiting = [];
        waitingBytes = 0;
        return [];
      }
      // Nobody is left to say what the sound was that held playback.
      const decisions: CallDecision[] = held ? playWaiting(nowMs) : [];
      for (const item of [...items.values()]) {
        silenced.add(item.responseId);
        if (!item.complete) {
          item.text = spokenPart(item);
          item.brokenOff = true;
        }
        item.complete = true;
        item.textComplete = true;
        if (item.generatedBytes === 0) drop(item);
        else decisions.push(...seal(item));
      }
      settle(nowMs);
      return decisions;
    },
    underway() {
      return [...items.values()].map(({ itemId, text, complete, brokenOff }) => {
        return { itemId, text, complete: complete && !brokenOff };
      });
    },
    spokeIn: (responseId) => spoken.has(responseId),
    unplayedMs: (nowMs) => ledger.unplayedMs(nowMs),
    allHeard() {
      return waiting === undefined && ledger.allPlayed() && items.size === 0;
    },
  };
}

/** The text whose audio has come: the last piece may have been ahead of it. */
function spokenPart({ text, places, generatedBytes }: Item): string {
  const generatedMs = muLawDurationMs(generatedBytes);
  const spoken = places.findLast(({ ms }) => ms < generatedMs);
  return spoken === undefined ? text : text.slice(0, spoken.chars);
}

function forgetting(itemId: string): CallDecision {
  return { kind: 'engine', command: { kind: 'forget', itemId } };
}

function truncation(itemId: string, contentIndex: number, heardMs: number): CallDecision {
  return { kind: 'engine', command: { kind: 'truncate', itemId, contentIndex, heardMs } };
}

/** Remembers the last `limit` ids. */
function createRecentSet(limit: number): { add(id: string): void; has(id: string): boolean } {
  const ids = new Set<string>();
  return {
    add(id) {
      ids.delete(id);
      ids.add(id);
      if (ids.size > limit) ids.delete(ids.values().next().value ?? '');
    },
    has: (id) => ids.has(id),
  };
}
