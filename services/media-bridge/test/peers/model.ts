/** A model of a few lines, over real sockets: it does what a test tells it and remembers what it was sent. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { vi } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';

const clientEvent = z.looseObject({ type: z.string() });
export type SentEvent = z.infer<typeof clientEvent>;

export interface ModelSession {
  readonly received: SentEvent[];
  send(event: object): void;
  /** One whole response: words with their audio, then tool calls. */
  respond(
    id: string,
    what: { say?: string; msPerWord?: number; calls?: { id: string; name: string; args: object }[] },
  ): void;
  /** The caller's turn as the server reports it; with no text its words never come. */
  callerTurn(itemId: string, text?: string): void;
  waitFor(type: string, count?: number): Promise<SentEvent>;
  count(type: string): number;
  drop(): void;
}

export interface ModelPeer extends AsyncDisposable {
  readonly url: string;
  /** Sessions in the order they were opened. */
  readonly sessions: ModelSession[];
  /** While set, new connections are refused with this status. */
  refuseWith: number | undefined;
}

export async function startModelPeer(): Promise<ModelPeer> {
  const server = createServer();
  const sockets = new WebSocketServer({ noServer: true });
  const sessions: ModelSession[] = [];
  const peer = { refuseWith: undefined as number | undefined };
  server.on('upgrade', (request, socket, head) => {
    if (peer.refuseWith !== undefined) {
      socket.end(`HTTP/1.1 ${peer.refuseWith} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (accepted) => sessions.push(session(accepted)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(peer, {
    url: `ws://127.0.0.1:${port}/v1/realtime`,
    sessions,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets.clients) socket.terminate();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  });
}

function session(socket: WebSocket): ModelSession {
  const received: SentEvent[] = [];
  let events = 0;
  function send(event: object): void {
    events += 1;
    socket.send(JSON.stringify({ event_id: `event_${events}`, ...event }));
  }
  socket.on('message', (data: Buffer) => {
    const event = clientEvent.parse(JSON.parse(data.toString()));
    received.push(event);
    if (event.type === 'session.update') send({ type: 'session.updated', session: { type: 'realtime' } });
  });
  send({ type: 'session.created', session: { type: 'realtime', id: 'sess_1' } });

  const count = (type: string) => received.filter((event) => event.type === type).length;
  return {
    received,
    send,
    count,
    respond(id, { say, msPerWord = 100, calls = [] }) {
      const usage = { total_tokens: 15, input_tokens: 10, output_tokens: 5 };
      const base = { id, object: 'realtime.response', conversation_id: 'conv_1', output: [] };
      send({ type: 'response.created', response: { ...base, status: 'in_progress' } });
      if (say !== undefined) speak(send, id, say, msPerWord);
      for (const [index, call] of calls.entries()) {
        const item = {
          type: 'function_call',
          id: `${id}_call${index}`,
          status: 'completed',
          call_id: call.id,
          name: call.name,
          arguments: JSON.stringify(call.args),
        };
        send({ type: 'response.output_item.done', response_id: id, output_index: index + 1, item });
      }
      send({ type: 'response.done', response: { ...base, status: 'completed', usage } });
    },
    callerTurn(itemId, text) {
      send({ type: 'input_audio_buffer.speech_started', audio_start_ms: 0, item_id: itemId });
      send({ type: 'input_audio_buffer.speech_stopped', audio_end_ms: 500, item_id: itemId });
      send({ type: 'input_audio_buffer.committed', previous_item_id: null, item_id: itemId });
      if (text === undefined) return;
      const type = 'conversation.item.input_audio_transcription.completed';
      send({ type, item_id: itemId, content_index: 0, transcript: text, usage: { type: 'tokens' } });
    },
    async waitFor(type, wanted = 1) {
      await vi.waitUntil(() => count(type) >= wanted, { timeout: 5_000 });
      const found = received.filter((event) => event.type === type)[wanted - 1];
      if (found === undefined) throw new Error(`no ${type}`);
      return found;
    },
    drop: () => socket.terminate(),
  };
}

function speak(send: (event: object) => void, responseId: string, text: string, msPerWord: number): void {
  const ids = { response_id: responseId, item_id: `${responseId}_item`, output_index: 0, content_index: 0 };
  for (const word of text.split(/(?<= )/)) {
    const delta = Buffer.alloc(msPerWord * 8, word.charCodeAt(0)).toString('base64');
    send({ type: 'response.output_audio_transcript.delta', ...ids, delta: word });
    send({ type: 'response.output_audio.delta', ...ids, delta });
  }
  send({ type: 'response.output_audio.done', ...ids });
  send({ type: 'response.output_audio_transcript.done', ...ids, transcript: text });
  const content = [{ type: 'output_audio', transcript: text }];
  const item = { type: 'message', id: ids.item_id, status: 'completed', role: 'assistant', content };
  send({ type: 'response.output_item.done', response_id: responseId, output_index: 0, item });
}
