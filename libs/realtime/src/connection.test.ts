import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { textFrame } from '@frontdesk/websocket';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { createResponse } from './client-events.ts';
import { type ConnectionEnd, openRealtime, type RealtimeOptions } from './connection.ts';
import { RealtimeConnectError } from './errors.ts';

let server: Server | undefined;
let sockets: WebSocketServer | undefined;

/** A server on a free port that does what the test says with each upgrade. */
async function listen(onSocket: (socket: WebSocket, request: IncomingMessage) => void, refuse?: string) {
  server = createServer();
  sockets = new WebSocketServer({ noServer: true, autoPong: false });
  const accept = sockets;
  server.on('upgrade', (request, socket, head) => {
    if (refuse !== undefined) socket.end(refuse);
    else accept.handleUpgrade(request, socket, head, (opened) => onSocket(opened, request));
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return `ws://127.0.0.1:${port}/v1/realtime`;
}

function options(url: string, changes: Partial<RealtimeOptions> = {}): RealtimeOptions {
  const defaults = { apiKey: 'sk-test', model: 'gpt-realtime-2.1', connectTimeoutMs: 1000 };
  return { url, ...defaults, onEvent: () => undefined, onClose: () => undefined, ...changes };
}

afterEach(() => {
  for (const client of sockets?.clients ?? []) client.terminate();
  server?.close();
});

describe('connecting', () => {
  test('names the model in the URL, carries the key, and sends no beta header', async () => {
    let seen: IncomingMessage | undefined;
    const url = await listen((_socket, request) => {
      seen = request;
    });
    const connection = await openRealtime(options(url));
    expect(seen?.url).toBe('/v1/realtime?model=gpt-realtime-2.1');
    expect(seen?.headers.authorization).toBe('Bearer sk-test');
    expect(seen?.headers['openai-beta']).toBeUndefined();
    connection.close();
  });

  // An event that is written together with the handshake's answer was lost by listening too late.
  test('misses no event, however early', async () => {
    const url = await listen((socket) => {
      socket.send('{"type":"session.created","event_id":"e1","session":{}}');
      socket.send('{"type":"a.new.one"}');
      socket.send('{"type":"session.updated"}');
    });
    const seen: string[] = [];
    const malformed: string[] = [];
    const connection = await openRealtime(
      options(url, { onEvent: (event) => seen.push(event.type), onMalformed: (reason) => malformed.push(reason) }),
    );
    await vi.waitFor(() => expect(malformed).toEqual(['session.updated: session']));
    expect(seen).toEqual(['session.created', 'unknown']);
    expect(connection.counts).toEqual({ unknown: 1, malformed: 1 });
    connection.close();
  });

  test('what nobody reads is dropped, whatever else it says; the rest comes through', async () => {
    const url = await listen((socket) => {
      socket.send('{"type":"rate_limits.updated","event_id":"e1","rate_limits":"damaged"}');
      socket.send('{"event_id":"e2","type":"rate_limits.updated","rate_limits":[]}');
      socket.send('{"type":"input_audio_buffer.cleared","event_id":"e3"}');
    });
    const seen: string[] = [];
    const onMalformed = () => seen.push('malformed');
    const wants = (type: string) => type !== 'rate_limits.updated';
    const connection = await openRealtime(
      options(url, { wants, onMalformed, onEvent: (event) => seen.push(event.type) }),
    );
    await vi.waitFor(() => expect(seen).toEqual(['input_audio_buffer.cleared']));
    connection.close();
  });

  // Retrying a wrong key only delays the fallback; giving up at a full server loses the call.
  test.each([
    [401, '{"error":{"code":"invalid_api_key"}}', 'unauthorized', 'invalid_api_key', false],
    [429, '{"error":{"code":"rate_limit_exceeded"}}', 'rate_limited', 'rate_limit_exceeded', true],
    [429, '{"error":{"code":"insufficient_quota"}}', 'rate_limited', 'insufficient_quota', false],
    [500, 'oops', 'unavailable', null, true],
    [404, '', 'refused', null, false],
  ])('refused with %i %s', async (status, body, failure, code, retryable) => {
    const head = `HTTP/1.1 ${status} No\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`;
    const url = await listen(() => undefined, head + body);
    const error = await openRealtime(options(url)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RealtimeConnectError);
    expect(error).toMatchObject({ failure, code, retryable });
  });

  test('a server that accepts and says nothing times out; one that is not there is a network failure', async () => {
    server = createServer();
    server.on('upgrade', () => undefined);
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const silent = openRealtime(options(`ws://127.0.0.1:${port}`, { connectTimeoutMs: 50 }));
    await expect(silent).rejects.toMatchObject({ failure: 'timeout', retryable: true });
    server.closeAllConnections();
    server.close();
    await expect(openRealtime(options(`ws://127.0.0.1:${port}`))).rejects.toMatchObject({ failure: 'network' });
  });
});

describe('connected', () => {
  test('audio goes through untouched; what is not base64 does not', async () => {
    const received: string[] = [];
    const url = await listen((socket) => socket.on('message', (data) => received.push(String(data))));
    const connection = await openRealtime(options(url));
    const bytes = Buffer.from('/////w=="}","type":"session.update');
    expect(connection.appendAudio(bytes, 0, 8)).toBe(true);
    expect(connection.appendAudio(bytes, 0, bytes.length)).toBe(false);
    expect(connection.send(createResponse())).toBe(true);
    await vi.waitFor(() => expect(received).toHaveLength(2));
    expect(received[0]).toBe('{"type":"input_audio_buffer.append","audio":"/////w=="}');
    connection.close();
  });

  // What the library reads and what is read past it must not overtake each other.
  test('messages of every size and shape come once, in the order they were sent', async () => {
    const text = (type: string, bytes: number) => JSON.stringify({ type, padding: 'x'.repeat(bytes) });
    const url = await listen((socket) => {
      socket.send(text('short', 0));
      socket.send(text('usual', 300));
      socket.send(text('very_long', 200_000));
      socket.send(text('in_pieces', 900).slice(0, 500), { fin: false });
      socket.ping();
      socket.send(text('in_pieces', 900).slice(500), { fin: true });
      socket.send(text('usual_again', 3_000));
      socket.send(text('long', 65_500));
      socket.send(text('last', 0));
    });
    const seen: string[] = [];
    const connection = await openRealtime(
      options(url, { onEvent: (event) => seen.push(event.type === 'unknown' ? event.eventType : event.type) }),
    );
    await vi.waitFor(() => expect(seen).toContain('last'));
    expect(seen).toEqual(['short', 'usual', 'very_long', 'in_pieces', 'usual_again', 'long', 'last']);
    connection.close();
  });

  test.each([
    ['a close frame', Buffer.from([0x88, 2, 0x03, 0xe8]), { cause: 'closed', code: 1000 }],
    ['what breaks the protocol', Buffer.from([0x83, 0]), { cause: 'failed', code: 1006 }],
  ])('after %s nothing is heard any more, and the end is told once', async (_, last, end) => {
    const seen: string[] = [];
    const ends: ConnectionEnd[] = [];
    const url = await listen((_socket, { socket }) => {
      const event = (type: string) => textFrame(JSON.stringify({ type, padding: 'x'.repeat(300) }));
      socket.write(Buffer.concat([event('before'), last, event('after'), event('after')]));
    });
    await openRealtime(
      options(url, {
        onEvent: (event) => seen.push(event.type === 'unknown' ? event.eventType : event.type),
        onClose: (told) => ends.push(told),
      }),
    );
    await vi.waitFor(() => expect(ends).toHaveLength(1));
    expect(seen).toEqual(['before']);
    expect(ends).toMatchObject([end]);
  });

  test('a peer that does not read makes send say no, instead of filling memory', async () => {
    const url = await listen((socket) => socket.pause());
    const connection = await openRealtime(options(url, { maxBufferedBytes: 64 * 1024 }));
    const audio = Buffer.alloc(64 * 1024, 'A');
    let sent = 0;
    while (connection.appendAudio(audio, 0, audio.length) && sent < 1000) sent += 1;
    expect(sent).toBeLessThan(1000);
    expect(connection.bufferedBytes).toBeLessThan(64 * 1024 * 3);
    connection.close();
  });

  test('the end is reported once, with the server’s reason', async () => {
    const ends: ConnectionEnd[] = [];
    const url = await listen((socket) => socket.close(4000, 'beta_api_shape_disabled'));
    const connection = await openRealtime(options(url, { onClose: (end) => ends.push(end) }));
    await vi.waitFor(() => expect(ends).toEqual([{ cause: 'closed', code: 4000, reason: 'beta_api_shape_disabled' }]));
    expect(connection.send(createResponse())).toBe(false);
    connection.close();
    expect(ends).toHaveLength(1);
  });

  // A frozen node keeps its TCP connections: without a heartbeat the caller would hear nothing for minutes.
  test('a peer without a sign of life is asked for one, and given up after two beats more', async () => {
    const ends: ConnectionEnd[] = [];
    let pings = 0;
    const url = await listen((socket) => {
      socket.on('ping', () => {
        pings += 1;
      });
    });
    const connection = await openRealtime(options(url, { onClose: (end) => ends.push(end) }));
    for (const _ of ['the one it opened in', 'the one it is asked after', 'one more']) connection.beat();
    await vi.waitFor(() => expect(pings).toBe(1));
    expect(ends).toEqual([]);
    connection.beat();
    await vi.waitFor(() => expect(ends).toMatchObject([{ cause: 'silent', code: 1006 }]));
    expect(pings).toBe(1);
  });

  // A ping a second to each of a hundred models that talk all the time would be work for nothing.
  test('whoever answers stays, and whoever talks is not asked', async () => {
    const ends: ConnectionEnd[] = [];
    let pings = 0;
    let peer: WebSocket | undefined;
    const url = await listen((socket) => {
      peer = socket;
      socket.on('ping', (data) => {
        pings += 1;
        socket.pong(data);
      });
    });
    const seen: string[] = [];
    const onEvent = ({ type }: { type: string }) => seen.push(type);
    const connection = await openRealtime(options(url, { onEvent, onClose: (end) => ends.push(end) }));
    for (let said = 1; said <= 6; said += 1) {
      connection.beat();
      peer?.send('{"type":"input_audio_buffer.cleared","event_id":"e"}');
      await vi.waitFor(() => expect(seen).toHaveLength(said));
    }
    expect(pings).toBe(0);
    for (let asked = 1; asked <= 3; asked += 1) {
      connection.beat();
      connection.beat();
      await vi.waitFor(() => expect(pings).toBe(asked));
      // Answered itself, this comes after the answer to the other one.
      peer?.ping();
      await new Promise((resolve) => peer?.once('pong', resolve));
    }
    expect(ends).toEqual([]);
    connection.close();
  });
});
