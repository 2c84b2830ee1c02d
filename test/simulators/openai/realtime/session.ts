/**
 * One Realtime session: client events in, server events out. What a client may not do is refused with the real
 * server's error, and the session goes on.
 *
 * The order of a turn: speech_started → speech_stopped → committed → item.added → item.done → response.created … with
 * the transcription of the caller's words coming whenever it is ready.
 */

import { fits, type SessionFault } from '../faults.ts';
import { parseJson } from '../json.ts';
import { type CallerAudio, createCallerAudio, type HeardTurn } from './caller-audio.ts';
import { type ClientEvent, readClientEvent } from './client-events.ts';
import { createConversation, type MessageItem, wireItem } from './conversation.ts';
import { newId } from './ids.ts';
import { newRecord, note, type SessionRecord } from './record.ts';
import { RefusedEvent } from './refusal.ts';
import type { Ending } from './response.ts';
import { createResponses } from './responses.ts';
import type { ServerMessage, SessionOptions } from './session-options.ts';
import { defaultSettings, updateSettings } from './settings.ts';
import { createTranscriber } from './transcriber.ts';

export interface Session {
  readonly record: SessionRecord;
  onMessage(text: string): void;
  onClosed(code: number): void;
  /** Makes a fault happen now. */
  suffer(fault: SessionFault): void;
  /** Whether a stalled connection should still answer pings. */
  readonly stalled: boolean;
}

export function openSession(options: SessionOptions): Session {
  const record = newRecord(newId('sess'), options.model);
  const conversation = createConversation();
  const expiresAt = Math.floor((Date.now() + options.maxSessionMs) / 1000);
  let settings = defaultSettings();
  let stalled = false;
  let over = false;
  let hasSpoken = false;
  let idle: NodeJS.Timeout | undefined;

  const target = () => ({ id: record.id, instructions: settings.instructions });

  function send(event: ServerMessage): void {
    if (stalled || over) return;
    options.send({ event_id: newId('event'), ...event });
    if (event.type === 'response.output_audio.delta') {
      hasSpoken = true;
      for (const kind of ['drop', 'stall'] as const) {
        const fault = options.faults.take(kind, 'audio', target());
        if (fault) suffer(fault);
      }
    }
  }

  function sendError(error: object, eventId: string | null): void {
    send({ type: 'error', error: { ...error, event_id: eventId } });
  }

  const responses = createResponses({
    conversation,
    record,
    send,
    settings: () => settings,
    behaviour: options.behaviour,
    pace: options.pace,
    faults: options.faults,
    scripts: options.scripts,
    onDone: waitForIdleCaller,
  });
  const transcriber = createTranscriber({
    delayMs: options.transcriptionDelayMs,
    faults: options.faults,
    send,
    target,
  });

  const caller: CallerAudio = createCallerAudio(() => settings, {
    speechStarted(itemId, startMs) {
      clearTimeout(idle);
      send({ type: 'input_audio_buffer.speech_started', audio_start_ms: Math.round(startMs), item_id: itemId });
      if (settings.audio.input.turn_detection?.interrupt_response) responses.interrupt();
    },
    speechStopped(itemId, endMs) {
      send({ type: 'input_audio_buffer.speech_stopped', audio_end_ms: Math.round(endMs), item_id: itemId });
    },
    committed(turn) {
      takeTurn(turn);
      if (settings.audio.input.turn_detection?.create_response) respondByItself();
    },
  });

  function takeTurn({ itemId, words, startMs, endMs }: HeardTurn): void {
    const item: MessageItem = {
      type: 'message',
      id: itemId,
      role: 'user',
      status: 'completed',
      contentType: 'input_audio',
      transcript: null,
      words,
      audioMs: endMs - startMs,
    };
    const text = words.map(({ word }) => word).join(' ');
    const last = words.at(-1);
    note(record.heard, { text, startMs: words[0]?.startMs ?? startMs, endMs: last?.endMs ?? endMs });
    const previousId = conversation.insert(item);
    send({ type: 'input_audio_buffer.committed', previous_item_id: previousId, item_id: itemId });
    announce(item, previousId);
    if (settings.audio.input.transcription) transcriber.transcribe(item, text, endMs - startMs);
  }

  function announce(item: Parameters<typeof wireItem>[0], previousId: string | null): void {
    send({ type: 'conversation.item.added', previous_item_id: previousId, item: wireItem(item) });
    send({ type: 'conversation.item.done', previous_item_id: previousId, item: wireItem(item) });
  }

  /** Like a client's response.create, but there is no client event to blame. */
  function respondByItself(): void {
    attempt(null, () => respond({}));
  }

  function respond(params: Parameters<typeof responses.create>[0]): void {
    clearTimeout(idle);
    for (const kind of ['drop', 'stall', 'error'] as const) {
      const fault = options.faults.take(kind, 'response', target());
      if (fault) suffer(fault);
    }
    if (!over && !stalled) responses.create(params);
  }

  function waitForIdleCaller(ending: Ending, playMs: number): void {
    const detection = settings.audio.input.turn_detection;
    if (detection?.type !== 'server_vad' || detection.idle_timeout_ms === null || ending.status !== 'completed') return;
    clearTimeout(idle);
    idle = setTimeout(() => {
      if (caller.speaking || responses.active) return;
      const endMs = Math.round(caller.totalMs);
      const itemId = newId('item');
      send({
        type: 'input_audio_buffer.timeout_triggered',
        audio_start_ms: endMs,
        audio_end_ms: endMs,
        item_id: itemId,
      });
      takeTurn({ itemId, words: [], startMs: endMs, endMs });
      respondByItself();
    }, playMs + detection.idle_timeout_ms);
  }

  function take(event: ClientEvent): void {
    switch (event.type) {
      case 'session.update':
        settings = updateSettings(settings, event.session, { model: options.model, hasSpoken });
        describe();
        send({ type: 'session.updated', session: wireSession() });
        break;
      case 'input_audio_buffer.append':
        caller.append(event.audio);
        record.audioInMs = Math.round(caller.totalMs);
        record.damagedWords = caller.damagedWords;
        break;
      case 'input_audio_buffer.commit':
        caller.commit();
        break;
      case 'input_audio_buffer.clear':
        caller.clear();
        send({ type: 'input_audio_buffer.cleared' });
        break;
      case 'conversation.item.create': {
        const { item, previousId } = conversation.create(event.item, event.previous_item_id ?? undefined);
        if (item.type === 'function_call_output') noteOutput(item.callId, item.output);
        announce(item, previousId);
        break;
      }
      case 'conversation.item.retrieve':
        send({ type: 'conversation.item.retrieved', item: wireItem(conversation.get(event.item_id, 'retrieving')) });
        break;
      case 'conversation.item.delete':
        conversation.remove(event.item_id);
        noteHeard(event.item_id, '');
        send({ type: 'conversation.item.deleted', item_id: event.item_id });
        break;
      case 'conversation.item.truncate':
        truncate(event.item_id, event.content_index, event.audio_end_ms);
        break;
      case 'response.create':
        respond(event.response ?? {});
        break;
      case 'response.cancel':
        responses.cancel(event.response_id);
        break;
      default:
        event satisfies never;
    }
  }

  function truncate(itemId: string, contentIndex: number, endMs: number): void {
    if (endMs === 0 && !options.behaviour().truncateAtZero) {
      throw new RefusedEvent('invalid_value', 'audio_end_ms must be greater than 0.', 'audio_end_ms');
    }
    if (contentIndex !== 0) {
      throw new RefusedEvent('invalid_value', `Content part ${contentIndex} does not exist.`, 'content_index');
    }
    conversation.truncate(itemId, endMs);
    const item = conversation.get(itemId, 'truncating');
    if (item.type === 'message') noteHeard(itemId, item.words.map(({ word }) => word).join(' '));
    note(record.truncations, { itemId, audioEndMs: endMs });
    send({ type: 'conversation.item.truncated', item_id: itemId, content_index: contentIndex, audio_end_ms: endMs });
  }

  function noteHeard(itemId: string, heardText: string): void {
    const said = record.said.find((each) => each.itemId === itemId);
    if (said) said.heardText = heardText;
  }

  function noteOutput(callId: string, output: string): void {
    const call = record.toolCalls.find((each) => each.callId === callId);
    if (call) call.output = output;
  }

  /** Runs what a client event (or nobody) asked for; a refusal becomes an error event. */
  function attempt(eventId: string | null, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof RefusedEvent)) throw error;
      note(record.refused, { ...error.refusal, eventId });
      sendError(error.refusal, eventId);
    }
  }

  function suffer(fault: SessionFault): void {
    if (over || !fits(fault, target())) return;
    if (fault.kind === 'drop') options.drop();
    else if (fault.kind === 'stall') stalled = true;
    else if (fault.kind === 'expire') expire();
    else if (fault.kind === 'error') {
      sendError({ type: fault.type, code: fault.code, message: fault.message, param: null }, null);
    }
  }

  function expire(): void {
    const message = `Your session hit the maximum duration of ${Math.round(options.maxSessionMs / 60_000)} minutes.`;
    sendError({ type: 'invalid_request_error', code: 'session_expired', message, param: null }, null);
    options.close(1000, 'session_expired');
  }
  const expiry = setTimeout(expire, options.maxSessionMs);

  function describe(): void {
    record.instructions = settings.instructions;
    record.voice = JSON.stringify(settings.audio.output.voice).replaceAll('"', '');
    record.tools = settings.tools.map((tool) => tool.name);
  }

  const wireSession = () => ({
    type: 'realtime',
    object: 'realtime.session',
    id: record.id,
    model: options.model,
    expires_at: expiresAt,
    ...settings,
  });

  describe();
  send({ type: 'session.created', session: wireSession() });

  return {
    record,
    onMessage(text) {
      if (stalled || over) return;
      const json = parseJson(text);
      const type =
        typeof json === 'object' && json !== null && 'type' in json ? String(json.type).slice(0, 64) : '(none)';
      record.received[type] = (record.received[type] ?? 0) + 1;
      const eventId =
        typeof json === 'object' && json !== null && 'event_id' in json && typeof json.event_id === 'string'
          ? json.event_id
          : null;
      attempt(eventId, () => take(readClientEvent(json)));
    },
    onClosed(code) {
      clearTimeout(expiry);
      clearTimeout(idle);
      transcriber.stop();
      responses.stopAll();
      over = true;
      record.endedAt = new Date().toISOString();
      record.closeCode = code;
    },
    suffer,
    get stalled() {
      return stalled;
    },
  };
}
