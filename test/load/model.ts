/** The model's side of the load as a process: as many Realtime sessions as there are calls. Started by the benchmark. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { readConfig, secret, text } from '@frontdesk/config';
import { WebSocketServer } from 'ws';
import type { ModelFigures, Moment } from './figures.ts';
import { watchLoopLateness } from './loop-lateness.ts';
import { openModelSession, type SessionEvents } from './model-session.ts';
import { MODEL_CONNECT_MS } from './pace.ts';
import { serveParent } from './remote.ts';
import { createSamples } from './samples.ts';
import { nowUs } from './stamp.ts';

const config = readConfig({ API_KEY: secret(), TLS_CERT: text().optional(), TLS_KEY: secret().optional() });
const MOST_SAMPLES = 1 << 20;
const MOST_MOMENTS = 100_000;

const callerToModel = createSamples(MOST_SAMPLES);
const lateness = createSamples(MOST_SAMPLES);
const findSlots = createSamples(MOST_MOMENTS);
const bookSlot = createSamples(MOST_MOMENTS);
let speechStarts: Moment[] = [];
let toolOutcomes: Record<string, number> = {};
const refused: string[] = [];
watchLoopLateness(lateness);

const events: SessionEvents = {
  heard: (sentAtUs) => callerToModel.add((nowUs() - sentAtUs) / 1e3),
  speechStarted(call) {
    if (speechStarts.length < MOST_MOMENTS) speechStarts.push({ call, atUs: nowUs() });
  },
  toolAnswered(name, startedAtUs, outcome) {
    (name === 'book_slot' ? bookSlot : findSlots).add((nowUs() - startedAtUs) / 1e3);
    toolOutcomes[outcome] = (toolOutcomes[outcome] ?? 0) + 1;
  },
  refused(what) {
    if (refused.length < 100) refused.push(what);
  },
};

const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
const tls = { cert: config.TLS_CERT, key: config.TLS_KEY };
const http = tls.cert === undefined ? createServer() : createTlsServer(tls);
http.on('upgrade', (request, socket, head) => {
  socket.on('error', () => socket.destroy());
  if (request.headers.authorization !== `Bearer ${config.API_KEY}`) {
    socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    return;
  }
  const withTools = !request.url?.includes('model=relay');
  setTimeout(() => {
    sockets.handleUpgrade(request, socket, head, (opened) => {
      const session = openModelSession((text) => opened.send(text), withTools, events);
      opened.on('message', (data: Buffer) => session.receive(data));
      opened.on('error', () => opened.terminate());
      opened.on('close', () => session.close());
    });
  }, MODEL_CONNECT_MS);
});
http.listen(0, '127.0.0.1');
await once(http, 'listening');
const { port } = http.address() as AddressInfo;

serveParent({
  port: () => port,
  beginWindow() {
    for (const samples of [callerToModel, lateness, findSlots, bookSlot]) samples.clear();
    speechStarts = [];
    toolOutcomes = {};
    return null;
  },
  figures(): ModelFigures {
    return {
      sessions: sockets.clients.size,
      callerToModel: callerToModel.summarize(),
      lateness: lateness.summarize(),
      speechStarts,
      findSlots: findSlots.summarize(),
      bookSlot: bookSlot.summarize(),
      toolOutcomes,
      refused,
    };
  },
});
