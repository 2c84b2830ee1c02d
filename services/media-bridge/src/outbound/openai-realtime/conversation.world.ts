/**
 * A call's session and its translation between a server with the real one's rules and a telephone line that plays in
 * real time, for property tests. Messages take their time in both directions; whatever the server would refuse, or the
 * caller would hear wrongly, is a failed expectation.
 */
import { type ClientEvent, parseServerMessage } from '@frontdesk/realtime';
import { expect } from 'vitest';
import { harness, profile } from '../../domain/call-session.harness.ts';
import type { ToolReply } from '../../domain/tools/tool.ts';
import { createTranslation } from './translation.ts';

export type Mode = 'server' | 'robust';

const PIECE_BYTES = 1_600;
const BYTES_PER_MS = 8;
const ECHO_STEP_MS = 20;
const PREFIX_PADDING_MS = 300;
const SILENCE_DURATION_MS = 500;

export function createWorld(mode: Mode) {
  const call = harness({ profile: { ...profile, agent: { ...profile.agent, turnTaking: mode } } });
  const translation = createTranslation('gpt-transcribe');
  const line = createLine();
  const toServer: ClientEvent[] = [];
  const toClient: object[] = [];
  const items = new Map<string, { generatedMs: number; deleted: boolean }>();
  /** The audio of an item consists of its number, so that the line knows what it plays. */
  const itemOfByte = new Map<number, string>();
  const toolCalls: string[] = [];
  const outputs: string[] = [];
  let serial = 0;
  let seen = 0;
  let active: { id: string; itemId: string | undefined; calls: number } | undefined;
  let speaking: { itemId: string; fromMs: number } | undefined;
  let gone = false;
  /** What the client knows from what it has read. */
  const known = { active: new Set<string>(), speaking: false, turnOpen: false };

  const say = (event: object) => toClient.push({ event_id: 'e', ...event });

  function startResponse(metadata: object | null): void {
    serial += 1;
    active = { id: `resp_${serial}`, itemId: undefined, calls: 0 };
    say({ type: 'response.created', response: responseBody(active.id, 'in_progress', metadata) });
  }

  function finishItem(status: 'completed' | 'incomplete'): void {
    if (active?.itemId === undefined) return;
    const item = { id: active.itemId, type: 'message', role: 'assistant', status, content: [] };
    say({ type: 'response.output_item.done', response_id: active.id, output_index: 0, item });
    active.itemId = undefined;
  }

  function finishResponse(status: 'completed' | 'cancelled'): void {
    if (active === undefined) return;
    finishItem(status === 'completed' ? 'completed' : 'incomplete');
    say({ type: 'response.done', response: responseBody(active.id, status, null) });
    active = undefined;
  }

  /** The server takes what the client sent, or refuses as the real one would. */
  function serverTakes(event: ClientEvent): void {
    switch (event.type) {
      case 'session.update':
        say({ type: 'session.updated', session: { type: 'realtime', id: 's', expires_at: 0 } });
        return;
      case 'response.create':
        if (active === undefined) startResponse(event.response?.metadata ?? null);
        else refuse('conversation_already_has_active_response', event.event_id);
        return;
      case 'response.cancel':
        if (active?.id === event.response_id) finishResponse('cancelled');
        else refuse('response_cancel_not_active', event.event_id);
        return;
      case 'conversation.item.truncate': {
        const item = items.get(event.item_id);
        expect(item?.deleted, 'a truncation of an item that is not there').toBe(false);
        expect(event.audio_end_ms, 'a truncation beyond the audio').toBeLessThanOrEqual(item?.generatedMs ?? 0);
        return;
      }
      case 'conversation.item.delete': {
        const item = items.get(event.item_id);
        expect(item?.deleted, 'a deletion of an item that is not there').toBe(false);
        if (item) item.deleted = true;
        return;
      }
      case 'conversation.item.create':
        if (event.item.type === 'function_call_output') outputs.push(event.item.call_id);
        say({ type: 'conversation.item.added', item: { id: 'o', status: 'completed', ...event.item } });
        return;
      default:
        return;
    }
  }

  function refuse(code: string, eventId: string | undefined): void {
    say({ type: 'error', error: { type: 'invalid_request_error', code, message: code, event_id: eventId ?? null } });
  }

  /** Carries out what the session has decided since. */
  function settle(): void {
    for (; seen < call.decisions.length; seen += 1) {
      const decision = call.decisions[seen];
      if (decision?.kind === 'play') line.play(Buffer.from(decision.base64, 'base64'));
      if (decision?.kind === 'mark') line.mark(decision.name);
      if (decision?.kind === 'clear') line.clear();
      if (decision?.kind === 'close_engine' || decision?.kind === 'ended') gone = true;
      if (decision?.kind !== 'engine' || gone) continue;
      const { command } = decision;
      if (command.kind === 'truncate') {
        const { itemId, heardMs } = command;
        expect(heardMs, 'counted as heard and never played').toBeLessThanOrEqual(line.playedMs(itemId) + 1);
      }
      // The session has decided about the caller's turn, and an answer may follow at once.
      if (command.kind === 'answer_turn' || command.kind === 'dismiss_turn') known.turnOpen = false;
      post(translation.command(command, call.nowMs).send);
    }
    for (const name of line.takeEchoes()) call.receive({ kind: 'mark', name });
    if (seen < call.decisions.length) settle();
  }

  function post(events: readonly ClientEvent[]): void {
    for (const event of events) {
      if (event.type === 'response.create') {
        expect([...known.active], 'a create while a response is active').toEqual([]);
        expect(known.speaking, 'a create while the caller speaks').toBe(false);
        expect(known.turnOpen, 'a create while a committed turn awaits its answer').toBe(false);
        const two = toServer.some(({ type }) => type === 'response.create');
        expect(two, 'two creates on the way').toBe(false);
      }
      toServer.push(event);
    }
  }

  function clientTakes(message: object): void {
    const parsed = parseServerMessage(JSON.stringify(message));
    if (parsed.kind === 'malformed') throw new Error(parsed.reason);
    const { event } = parsed;
    if (event.type === 'response.created') {
      known.active.add(event.response.id);
      if (mode === 'server' && event.response.metadata === null) known.turnOpen = false;
    }
    if (event.type === 'response.done') known.active.delete(event.response.id);
    if (event.type === 'input_audio_buffer.speech_started') known.speaking = true;
    if (event.type === 'input_audio_buffer.committed') {
      known.speaking = false;
      known.turnOpen = true;
    }
    if (event.type === 'error' && event.error.event_id === null) known.turnOpen = false;
    const { send, events } = translation.serverEvent(event, call.nowMs);
    // The session hears of it before anything is sent because of it, or after: the order must not matter.
    if (serial % 2 === 0) post(send);
    for (const each of events) {
      call.engine(each);
      settle();
    }
    if (serial % 2 === 1) post(send);
  }

  function createLine() {
    let buffer: ({ itemId: string; bytes: number } | { mark: string })[] = [];
    const played = new Map<string, number>();
    let echoes: string[] = [];
    const settled = () => {
      while (buffer[0] && 'mark' in buffer[0]) {
        echoes.push(buffer[0].mark);
        buffer.shift();
      }
    };
    return {
      play(audio: Buffer) {
        buffer.push({ itemId: itemOfByte.get(audio[0] ?? 0) ?? '', bytes: audio.length });
      },
      mark(name: string) {
        buffer.push({ mark: name });
        settled();
      },
      clear() {
        echoes.push(...buffer.flatMap((entry) => ('mark' in entry ? [entry.mark] : [])));
        buffer = [];
      },
      advance(ms: number) {
        let left = ms * BYTES_PER_MS;
        while (left > 0 && buffer[0]) {
          const [head] = buffer;
          if ('bytes' in head) {
            const bytes = Math.min(left, head.bytes);
            head.bytes -= bytes;
            left -= bytes;
            played.set(head.itemId, (played.get(head.itemId) ?? 0) + bytes);
            if (head.bytes === 0) buffer.shift();
          }
          settled();
        }
      },
      playedMs: (itemId: string) => (played.get(itemId) ?? 0) / BYTES_PER_MS,
      takeEchoes() {
        const taken = echoes;
        echoes = [];
        return taken;
      },
    };
  }

  const world = {
    call,
    get over() {
      return gone || call.session.phase() === 'ended';
    },
    toolCalls,
    outputs,
    begin(): void {
      call.receive({ kind: 'reserved' });
      call.receive({ kind: 'context', context: {}, complete: true });
      call.engine({ kind: 'connected' });
      settle();
      world.exchange(4);
      call.receive({ kind: 'stream_started' });
      settle();
    },
    /** Both sides read so many messages. */
    exchange(count: number): void {
      for (let n = 0; n < count && !world.over; n += 1) {
        const toTake = toServer.shift();
        if (toTake) serverTakes(toTake);
        const message = toClient.shift();
        if (message) clientTakes(message);
      }
    },
    wait(ms: number): void {
      // In small steps, so that an echo comes soon after what it is the echo of, and never before.
      for (let left = ms; left > 0; left -= ECHO_STEP_MS) {
        line.advance(Math.min(left, ECHO_STEP_MS));
        call.advance(Math.min(left, ECHO_STEP_MS));
        settle();
      }
      if (!world.over) post(translation.tick(call.nowMs).send);
      world.exchange(1 + Math.ceil(ms / 100));
    },
    /** The model says some more, in a new item perhaps. */
    generate(newItem: boolean): void {
      if (active === undefined) return;
      if (newItem) finishItem('completed');
      if (active.itemId === undefined) {
        serial += 1;
        active.itemId = `item_${serial}`;
        items.set(active.itemId, { generatedMs: 0, deleted: false });
        itemOfByte.set(serial % 256, active.itemId);
      }
      const { id, itemId } = active;
      const item = items.get(itemId);
      if (item) item.generatedMs += PIECE_BYTES / BYTES_PER_MS;
      const number = [...itemOfByte].find(([, each]) => each === itemId)?.[0];
      const ids = { response_id: id, item_id: itemId, output_index: 0, content_index: 0 };
      say({ type: 'response.output_audio_transcript.delta', ...ids, delta: 'word ' });
      say({ type: 'response.output_audio.delta', ...ids, delta: Buffer.alloc(PIECE_BYTES, number).toString('base64') });
    },
    callTool(name: string, cutOff: boolean): void {
      if (active === undefined) return;
      finishItem('completed');
      serial += 1;
      const callId = `call_${serial}`;
      const status = cutOff ? 'incomplete' : 'completed';
      if (!cutOff) toolCalls.push(callId);
      const item = {
        id: `fc_${serial}`,
        type: 'function_call',
        call_id: callId,
        name,
        arguments: '{"query":"x"}',
        status,
      };
      const done = { type: 'response.output_item.done', response_id: active.id, output_index: 1, item };
      say(done);
      // The same call is told twice.
      if (serial % 2 === 0) say(done);
    },
    finish: () => finishResponse('completed'),
    callerStarts(): void {
      if (speaking) return;
      serial += 1;
      speaking = { itemId: `caller_${serial}`, fromMs: call.nowMs };
      items.set(speaking.itemId, { generatedMs: 0, deleted: false });
      const start = Math.max(0, call.nowMs - PREFIX_PADDING_MS);
      say({ type: 'input_audio_buffer.speech_started', audio_start_ms: start, item_id: speaking.itemId });
      if (mode === 'server') finishResponse('cancelled');
    },
    callerEnds(speechMs: number, words: string | undefined): void {
      if (!speaking) return;
      const { itemId, fromMs } = speaking;
      speaking = undefined;
      const endMs = Math.max(0, fromMs - PREFIX_PADDING_MS) + PREFIX_PADDING_MS + speechMs + SILENCE_DURATION_MS;
      say({ type: 'input_audio_buffer.speech_stopped', audio_end_ms: endMs, item_id: itemId });
      say({ type: 'input_audio_buffer.committed', item_id: itemId });
      if (mode === 'server') {
        if (active === undefined) startResponse(null);
        else
          say({ type: 'error', error: { type: 'x', code: 'conversation_already_has_active_response', message: '' } });
      }
      const heard = { item_id: itemId, content_index: 0 };
      say(
        words === undefined
          ? { type: 'conversation.item.input_audio_transcription.failed', ...heard, error: { message: 'no' } }
          : { type: 'conversation.item.input_audio_transcription.completed', ...heard, transcript: words },
      );
    },
    answerTool(ok: boolean): void {
      const run = call.all('run_tool').find(({ toolCallId }) => !outputs.includes(toolCallId));
      if (run === undefined || run.request.to !== 'searchKnowledge') return;
      const { toolCallId } = run;
      const reply: ToolReply = { from: 'searchKnowledge', body: { passages: [] } };
      call.receive({
        kind: 'tool_result',
        toolCallId,
        result: ok ? { ok: true, reply } : { ok: false, code: 'deadline', message: 'late' },
      });
      settle();
    },
    /**
     * Everything under way comes to its end; so does the question whether a silent caller is still there, which may just
     * have begun by then.
     */
    drain(): void {
      world.callerEnds(1_000, 'and done');
      for (let round = 0; !world.over && (round < 200 || (round < 250 && !world.idle)); round += 1) {
        world.exchange(3);
        world.answerTool(true);
        world.finish();
        world.wait(20);
      }
    },
    get idle() {
      return active === undefined && toServer.length === 0 && toClient.length === 0;
    },
  };
  return world;
}

function responseBody(id: string, status: string, metadata: object | null) {
  return { id, object: 'realtime.response', status, conversation_id: 'conv', metadata, output: [], usage: null };
}
