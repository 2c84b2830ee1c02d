/**
 * One session of the lean model: the GA Realtime protocol as far as a telephone call uses it, in the real order of
 * events. It hears by the stamps in the frames instead of by their energy, and answers each of the caller's turns by
 * itself: with words, and in two turns out of three with a tool call first.
 */
import { z } from 'zod';
import {
  DELTA_EVERY_MS,
  GREETING_DELTAS,
  LOUD_FRAMES,
  MODEL_CONFIGURE_MS,
  MODEL_FIRST_AUDIO_MS,
  QUIET_FRAMES,
  REPLY_DELTAS,
  REPLY_MS,
  TRANSCRIPTION_MS,
} from './pace.ts';
import { type RunningReply, startReply } from './reply.ts';
import { readStamp, STAMP_CHARS } from './stamp.ts';
import { createToolUser, type ToolUser } from './tool-user.ts';

export interface SessionEvents {
  heard(sentAtUs: number): void;
  /** About to be told, while the caller may still be hearing the last reply. */
  speechStarted(call: number): void;
  toolAnswered(name: string, startedAtUs: number, outcome: string): void;
  /** The client did what the real server refuses. */
  refused(what: string): void;
}

export interface ModelSession {
  receive(data: Buffer): void;
  close(): void;
}

export type Send = (event: { type: string } & Record<string, unknown>) => void;

const APPEND = '{"type":"input_audio_buffer.append","audio":"';

const clientEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('session.update'), session: z.looseObject({}) }),
  z.object({ type: z.literal('input_audio_buffer.append'), audio: z.string() }),
  z.object({ type: z.literal('input_audio_buffer.commit') }),
  z.object({
    type: z.literal('response.create'),
    event_id: z.string().nullish(),
    response: z.looseObject({ metadata: z.record(z.string(), z.string()).nullish() }).optional(),
  }),
  z.object({ type: z.literal('response.cancel') }),
  z.object({
    type: z.literal('conversation.item.create'),
    item: z.looseObject({ type: z.string(), call_id: z.string().optional(), output: z.string().optional() }),
  }),
  z.object({
    type: z.literal('conversation.item.truncate'),
    item_id: z.string(),
    content_index: z.int(),
    audio_end_ms: z.int(),
  }),
  z.object({ type: z.literal('conversation.item.delete'), item_id: z.string() }),
]);

/** @param withTools a client that does nothing but relay would never answer a tool call */
export function openModelSession(
  sendText: (text: string) => void,
  withTools: boolean,
  events: SessionEvents,
): ModelSession {
  const timers = new Set<NodeJS.Timeout>();
  let sequence = 0;
  let call = -1;
  let loud = 0;
  let quiet = 0;
  let speaking = false;
  let turns = 0;
  let active: RunningReply | undefined;
  let greeted = false;

  const newId = (prefix: string) => {
    sequence += 1;
    return `${prefix}_${String(sequence).padStart(21, '0')}`;
  };
  const send: Send = (event) => sendText(JSON.stringify({ event_id: newId('event'), ...event }));
  const tools: ToolUser = createToolUser(newId, events.toolAnswered);

  function later(ms: number, work: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      work();
    }, ms);
    timers.add(timer);
  }

  function begin(deltas: number, delayMs: number, metadata: Record<string, string> | null, tool: boolean): void {
    const kind = greeted ? 'M' : 'G';
    greeted = true;
    active = startReply({
      ...{ send, newId, kind, call: Math.max(call, 0), deltas, delayMs, metadata, everyMs: DELTA_EVERY_MS },
      tool: tool ? () => tools.next(call, turns) : undefined,
      onDone: () => {
        active = undefined;
      },
    });
  }

  function heard(stampText: string): void {
    const stamp = readStamp(stampText);
    if (stamp === undefined) return;
    call = stamp.call;
    events.heard(stamp.sentAtUs);
    if (stamp.kind === 'V') {
      quiet = 0;
      loud += 1;
      if (!speaking && loud >= LOUD_FRAMES) speechStarted();
    } else {
      loud = 0;
      quiet += 1;
      if (speaking && quiet >= QUIET_FRAMES) speechStopped();
    }
  }

  let turnItem = '';
  function speechStarted(): void {
    speaking = true;
    turnItem = newId('item');
    events.speechStarted(call);
    send({ type: 'input_audio_buffer.speech_started', audio_start_ms: 0, item_id: turnItem });
    active?.cancel('turn_detected');
  }

  function speechStopped(): void {
    speaking = false;
    const itemId = turnItem;
    const content = [{ type: 'input_audio', transcript: null }];
    const item = { id: itemId, type: 'message', role: 'user', status: 'completed', content };
    send({ type: 'input_audio_buffer.speech_stopped', audio_end_ms: 0, item_id: itemId });
    send({ type: 'input_audio_buffer.committed', previous_item_id: null, item_id: itemId });
    send({ type: 'conversation.item.added', previous_item_id: null, item });
    send({ type: 'conversation.item.done', previous_item_id: null, item });
    later(TRANSCRIPTION_MS, () => {
      const transcript = 'I would like to come in some time next week if you have anything free.';
      const type = 'conversation.item.input_audio_transcription.completed';
      send({ type, item_id: itemId, content_index: 0, transcript, usage: { type: 'duration', seconds: 5 } });
    });
    turns += 1;
    // The response exists at once, as with the real server; what it says takes a moment.
    const deltas = REPLY_DELTAS[turns % REPLY_DELTAS.length] ?? REPLY_DELTAS[0];
    if (active === undefined) begin(deltas, REPLY_MS, null, withTools && tools.wants(turns));
  }

  function create(event: Extract<z.infer<typeof clientEvent>, { type: 'response.create' }>): void {
    if (active !== undefined) {
      events.refused('response.create while a response is active');
      const error = { type: 'invalid_request_error', code: 'conversation_already_has_active_response' };
      send({ type: 'error', error: { ...error, message: 'busy', param: null, event_id: event.event_id ?? null } });
      return;
    }
    const deltas = greeted ? (REPLY_DELTAS[turns % REPLY_DELTAS.length] ?? GREETING_DELTAS) : GREETING_DELTAS;
    begin(deltas, MODEL_FIRST_AUDIO_MS, event.response?.metadata ?? null, false);
  }

  function take(event: z.infer<typeof clientEvent>): void {
    switch (event.type) {
      case 'session.update':
        later(greeted ? 0 : MODEL_CONFIGURE_MS, () =>
          send({ type: 'session.updated', session: { ...event.session, id: 'sess_load', object: 'realtime.session' } }),
        );
        return;
      case 'input_audio_buffer.append':
        heard(event.audio.slice(0, STAMP_CHARS));
        return;
      case 'input_audio_buffer.commit':
        if (speaking) speechStopped();
        return;
      case 'response.create':
        create(event);
        return;
      case 'response.cancel':
        active?.cancel('client_cancelled');
        return;
      case 'conversation.item.create': {
        const item = { id: newId('item'), status: 'completed', ...event.item };
        if (event.item.call_id !== undefined) tools.answered(event.item.call_id, event.item.output ?? '');
        send({ type: 'conversation.item.added', previous_item_id: null, item });
        send({ type: 'conversation.item.done', previous_item_id: null, item });
        return;
      }
      case 'conversation.item.truncate':
        send({ ...event, type: 'conversation.item.truncated' });
        return;
      case 'conversation.item.delete':
        send({ ...event, type: 'conversation.item.deleted' });
        return;
      default:
        event satisfies never;
    }
  }

  send({ type: 'session.created', session: { id: 'sess_load', type: 'realtime', object: 'realtime.session' } });
  return {
    receive(data) {
      // Fifty times a second: neither parsed nor copied.
      if (data.toString('latin1', 0, APPEND.length) === APPEND) {
        heard(data.toString('latin1', APPEND.length, APPEND.length + STAMP_CHARS));
        return;
      }
      const parsed = clientEvent.safeParse(JSON.parse(data.toString()));
      if (parsed.success) take(parsed.data);
      else events.refused(`a client event that cannot be read: ${parsed.error.issues[0]?.message}`);
    },
    close() {
      active?.abandon();
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
