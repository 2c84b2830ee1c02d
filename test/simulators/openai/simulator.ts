/**
 * The OpenAI simulator as a whole: Realtime and REST on a plain and a TLS port, and a control API on both. It shares
 * nothing with the services but sockets.
 */
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { makeCertificates } from '../certificate.ts';
import { type Behaviour, behaviour } from './behaviour.ts';
import { createFaults } from './faults.ts';
import { handleHttp } from './http.ts';
import type { Pace } from './realtime/response.ts';
import { createRealtimeEndpoint } from './realtime/upgrade.ts';
import { createScripts } from './script.ts';

export interface SimulatorOptions {
  apiKey: string;
  host?: string;
  /** 0 or absent: a free one. */
  port?: number;
  tlsPort?: number;
  pace?: Partial<Pace>;
  transcriptionDelayMs?: number;
  maxSessionMs?: number;
}

export interface Simulator extends AsyncDisposable {
  readonly port: number;
  readonly tlsPort: number;
  /** The certificate authority of the TLS port, PEM. */
  readonly ca: string;
}

/** 250 ms to the first audio, then eight times as fast as it plays. */
const DEFAULT_PACE: Pace = { firstAudioLatencyMs: 250, speed: 8 };
const SESSION_LIMIT_MS = 60 * 60_000;

export async function startOpenAiSimulator(options: SimulatorOptions): Promise<Simulator> {
  const faults = createFaults();
  const scripts = createScripts();
  let switches: Behaviour = behaviour.parse({});
  const realtime = createRealtimeEndpoint({
    apiKey: options.apiKey,
    pace: { ...DEFAULT_PACE, ...options.pace },
    transcriptionDelayMs: options.transcriptionDelayMs ?? 120,
    maxSessionMs: options.maxSessionMs ?? SESSION_LIMIT_MS,
    behaviour: () => switches,
    faults,
    scripts,
  });
  const deps = {
    apiKey: options.apiKey,
    faults,
    scripts,
    realtime,
    behaviour: () => switches,
    setBehaviour: (next: Behaviour) => {
      switches = next;
    },
  };
  const onRequest: RequestListener = (request, response) => void handleHttp(deps, request, response);
  const { ca, key, cert } = await makeCertificates();
  const servers = [createServer(onRequest), createTlsServer({ key, cert }, onRequest)] as const;
  const host = options.host ?? '127.0.0.1';
  for (const server of servers) server.on('upgrade', realtime.upgrade);
  const port = await listen(servers[0], options.port ?? 0, host);
  const tlsPort = await listen(servers[1], options.tlsPort ?? 0, host);

  return {
    port,
    tlsPort,
    ca,
    async [Symbol.asyncDispose]() {
      realtime.close();
      await Promise.all(
        servers.map((server) => {
          server.closeAllConnections();
          return new Promise<void>((resolve) => server.close(() => resolve()));
        }),
      );
    },
  };
}

function listen(server: Pick<Server, 'listen' | 'once' | 'address'>, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address() as AddressInfo;
      resolve(address.port);
    });
  });
}
