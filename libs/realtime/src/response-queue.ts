/**
 * Who may ask for a response, and when. A conversation has at most one response being generated, and two sides create
 * them: we do (a greeting, the answer after a tool), and the server does by itself after each of the caller's turns,
 * unless the session told it not to: then each turn waits until we answer or dismiss it.
 * A `response.create` that comes at the wrong moment is refused, or makes the receptionist speak twice.
 *
 * A pure machine: server events and wishes in, client events to send out. No clock: `nowMs` is any monotonic time.
 *
 * Invariants
 * - Q1. No create is sent while one of ours is unanswered or a response of the conversation is active.
 * - Q2. None is sent while the caller speaks, while a committed turn awaits the server's own response, or while it is
 *   not decided whether a committed turn is answered. The server's response sees everything added before it, so an
 *   answer to a note, or to tool outputs, that the server had by then is no longer owed.
 * - Q3. Tool outputs are sent at once, always; any number of them waiting are answered by one response.
 * - Q4. `conversation_already_has_active_response` is not a failure: the wish goes back to the front of the queue.
 * - Q5. Nothing waits for ever: each kind of waiting has a limit after which `tick` goes on without it.
 *
 * Gotchas
 * - Out-of-band responses (`conversation: 'none'`) are not in this queue: send them directly. Their events are ignored
 *   here by their null `conversation_id`.
 * - A wish refused for good (its parameters are wrong) is handed back in `refused`, never dropped silently.
 */
import {
  type ClientEvent,
  cancelResponse,
  createItem,
  createResponse,
  functionOutput,
  type ResponseOptions,
} from './client-events.ts';
import { classifyError } from './errors.ts';
import type { ModelResponse, ServerEvent, UnknownEvent } from './server-events.ts';

export interface QueueLimits {
  /** Wishes that may wait; more are refused. */
  maxWaiting: number;
  /** For the server's answer to a create of ours. */
  createdWithinMs: number;
  /** For the server's own response to a committed turn, or for our decision about it. */
  answeredWithinMs: number;
  /** For the end of what the caller is saying. */
  spokenWithinMs: number;
  /** For the end of a response; a longer one counts as lost. */
  doneWithinMs: number;
}

const DEFAULT_LIMITS: QueueLimits = {
  maxWaiting: 8,
  createdWithinMs: 10_000,
  answeredWithinMs: 5_000,
  spokenWithinMs: 60_000,
  doneWithinMs: 120_000,
};

export interface RefusedWish {
  options: ResponseOptions;
  reason: 'queue_full' | 'unanswered' | 'error';
  /** The server's words when `reason` is `error`. */
  message?: string;
}

export interface QueueStep {
  /** To be sent in this order. */
  send: ClientEvent[];
  refused: RefusedWish[];
}

export interface ResponseQueue {
  /**
   * Wants the model to speak (or act). Without options it answers whatever is there by then, so one such wish is enough.
   * @param about the item it is to be said about: a response of the server's own that has seen it will do
   */
  request(options: ResponseOptions, nowMs: number, about?: string): QueueStep;
  /** Hands tool results to the model, and wants it to go on unless `thenRespond` is false. */
  functionOutputs(
    outputs: readonly { callId: string; output: string }[],
    nowMs: number,
    thenRespond?: boolean,
  ): QueueStep;
  onServerEvent(event: ServerEvent | UnknownEvent, nowMs: number): QueueStep;
  /** What the caller said is to be answered, once they are silent (where the server does not answer by itself). */
  answerTurn(nowMs: number): QueueStep;
  /** What the caller said, a noise perhaps, is not to be answered. */
  dismissTurn(nowMs: number): QueueStep;
  /** What waits is asked for although the caller speaks, or waits for an answer. */
  speakOver(nowMs: number): QueueStep;
  /** Ends the response that is active, or the one asked for as soon as it is. */
  cancel(): QueueStep;
  /** To be called about every second. */
  tick(nowMs: number): QueueStep;
  /** Whether the server answers the caller's turns by itself (`create_response` of the session). */
  setServerResponds(serverResponds: boolean, nowMs: number): QueueStep;
  /** The conversation's response being generated, as far as is known. */
  activeResponseId(): string | null;
  /** Whether it matters that the server has an item (`conversation.item.added` or `done`). */
  awaitsItems(): boolean;
  /** Nothing is active, awaited or waiting. */
  idle(): boolean;
}

interface Wish {
  options: ResponseOptions;
  /** Items it answers (outputs by their call), which the server has not yet confirmed; null when it answers none. */
  unconfirmed: Set<string> | null;
  /** It answers whatever was said and found out by the time it is sent. */
  plain?: true;
}

/** Echoed by the server in the response's metadata: tells our responses from the server's own. */
const METADATA_KEY = 'frontdesk_create';

export function createResponseQueue(options: {
  serverResponds: boolean;
  limits?: Partial<QueueLimits>;
}): ResponseQueue {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  let serverResponds = options.serverResponds;
  const waiting: Wish[] = [];
  let asked: { eventId: string; wish: Wish; untilMs: number; cancelled?: true } | null = null;
  let active: { id: string | null; untilMs: number } | null = null;
  /** The caller's turn that holds everything back: being spoken, or committed and not yet answered (or decided about). */
  let turn: { kind: 'spoken' | 'committed' | 'undecided'; untilMs: number } | null = null;
  let created = 0;

  function advance(nowMs: number, refused: RefusedWish[] = [], before: ClientEvent[] = []): QueueStep {
    if (asked || active || turn) return { send: before, refused };
    const wish = waiting.shift();
    if (!wish) return { send: before, refused };
    created += 1;
    const eventId = `create_${created}`;
    asked = { eventId, wish, untilMs: nowMs + limits.createdWithinMs };
    const metadata = { ...wish.options.metadata, [METADATA_KEY]: eventId };
    return { send: [...before, createResponse({ ...wish.options, metadata }, eventId)], refused };
  }

  /** @returns what to send because of it */
  function responseCreated(response: ModelResponse, nowMs: number): ClientEvent[] {
    if (response.conversation_id === null) return [];
    active = { id: response.id, untilMs: nowMs + limits.doneWithinMs };
    const mark = response.metadata?.[METADATA_KEY];
    // A server that echoes no metadata: a response nobody's turn awaits must be ours.
    if (asked && (mark === asked.eventId || (mark === undefined && turn?.kind !== 'committed'))) {
      const { cancelled } = asked;
      asked = null;
      return cancelled ? [cancelResponse(response.id)] : [];
    }
    if (turn?.kind === 'committed') turn = null;
    const owed = waiting.findIndex((wish) => wish.unconfirmed?.size === 0);
    if (owed >= 0) waiting.splice(owed, 1);
    return [];
  }

  function responseDone(response: ModelResponse): void {
    if (response.conversation_id === null) return;
    if (active && (active.id === null || active.id === response.id)) active = null;
  }

  function failed(error: Extract<ServerEvent, { type: 'error' }>['error'], nowMs: number): RefusedWish[] {
    const { kind } = classifyError(error);
    if (asked && error.event_id === asked.eventId) {
      const { wish } = asked;
      asked = null;
      if (kind !== 'active_response') {
        return [{ options: wish.options, reason: 'error', message: error.message }];
      }
      waiting.unshift(wish);
      // Known from its `response.created` as a rule; its `response.done` releases the queue either way.
      active ??= { id: null, untilMs: nowMs + limits.createdWithinMs };
    } else if (kind === 'active_response' && turn?.kind === 'committed') {
      // The server could not answer the turn by itself: the answer is owed by us.
      turn = null;
      active ??= { id: null, untilMs: nowMs + limits.createdWithinMs };
      waiting.unshift({ options: {}, unconfirmed: null });
    }
    return [];
  }

  function confirm(id: string): void {
    for (const wish of waiting) wish.unconfirmed?.delete(id);
  }

  /** It answers what is there by then. At most one waits, unless a create collided. */
  function plainWish(): Wish | undefined {
    return waiting.find((wish) => wish.unconfirmed !== null || wish.plain);
  }

  return {
    request(wanted, nowMs, about) {
      const items = about === undefined ? null : new Set([about]);
      const isPlain = Object.keys(wanted).length === 0;
      const owed = isPlain ? plainWish() : undefined;
      if (owed) {
        for (const id of items ?? []) owed.unconfirmed?.add(id);
        // Nothing of the server's own settles it now.
        if (items === null) owed.unconfirmed = null;
        owed.plain = true;
        return advance(nowMs);
      }
      if (waiting.length >= limits.maxWaiting)
        return { send: [], refused: [{ options: wanted, reason: 'queue_full' }] };
      waiting.push({ options: wanted, unconfirmed: items, ...(isPlain ? { plain: true } : {}) });
      return advance(nowMs);
    },

    functionOutputs(outputs, nowMs, thenRespond = true) {
      const items = outputs.map(({ callId, output }) => createItem(functionOutput(callId, output)));
      if (thenRespond && outputs.length > 0) {
        const owed = plainWish();
        const unconfirmed = owed?.unconfirmed ?? new Set<string>();
        for (const { callId } of outputs) unconfirmed.add(callId);
        // Never refused for want of room: there is at most one such wish.
        if (!owed) waiting.push({ options: {}, unconfirmed });
      }
      return advance(nowMs, [], items);
    },

    onServerEvent(event, nowMs) {
      let refused: RefusedWish[] = [];
      let send: ClientEvent[] = [];
      switch (event.type) {
        case 'response.created':
          send = responseCreated(event.response, nowMs);
          break;
        case 'response.done':
          responseDone(event.response);
          break;
        case 'input_audio_buffer.speech_started':
          turn = { kind: 'spoken', untilMs: nowMs + limits.spokenWithinMs };
          break;
        case 'input_audio_buffer.committed': {
          const kind = serverResponds ? 'committed' : 'undecided';
          turn = { kind, untilMs: nowMs + limits.answeredWithinMs };
          break;
        }
        case 'input_audio_buffer.cleared':
          if (turn?.kind === 'spoken') turn = null;
          break;
        case 'conversation.item.added':
        case 'conversation.item.done':
          confirm(event.item.type === 'function_call_output' ? event.item.call_id : (event.item.id ?? ''));
          break;
        case 'error':
          refused = failed(event.error, nowMs);
          break;
        default:
          return { send: [], refused };
      }
      return advance(nowMs, refused, send);
    },

    answerTurn(nowMs) {
      if (turn?.kind === 'undecided') turn = null;
      // One response sees everything there is by then: a second would speak twice.
      if (plainWish() === undefined) {
        waiting.unshift({ options: {}, unconfirmed: null, plain: true });
      }
      return advance(nowMs);
    },

    dismissTurn(nowMs) {
      if (turn?.kind === 'undecided') turn = null;
      return advance(nowMs);
    },

    speakOver(nowMs) {
      turn = null;
      return advance(nowMs);
    },

    cancel() {
      if (active) return { send: [cancelResponse(active.id ?? undefined)], refused: [] };
      if (asked) asked.cancelled = true;
      return { send: [], refused: [] };
    },

    tick(nowMs) {
      const refused: RefusedWish[] = [];
      if (asked && nowMs >= asked.untilMs) {
        refused.push({ options: asked.wish.options, reason: 'unanswered' });
        asked = null;
      }
      if (active && nowMs >= active.untilMs) active = null;
      if (turn && nowMs >= turn.untilMs) turn = null;
      return advance(nowMs, refused);
    },

    setServerResponds(responds, nowMs) {
      serverResponds = responds;
      if (turn?.kind === 'committed' && !responds) turn.kind = 'undecided';
      return advance(nowMs);
    },

    activeResponseId() {
      return active?.id ?? null;
    },
    awaitsItems() {
      return waiting.some(({ unconfirmed }) => unconfirmed !== null && unconfirmed.size > 0);
    },
    idle() {
      return !asked && !active && !turn && waiting.length === 0;
    },
  };
}
