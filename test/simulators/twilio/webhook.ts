/**
 * Twilio's HTTP requests to the system: signed, with its headers, its time limits and its retries.
 *
 * Gotchas: 15 seconds are the hard limit for everything together; by default only a failed connection is tried again;
 * retries carry the same idempotency token.
 */
import { randomUUID } from 'node:crypto';
import { Agent, type IncomingMessage, request } from 'node:http';
import { type ConnectionOverrides, connectionOverrides } from './connection-overrides.ts';
import type { FindHost, Reach } from './public-hosts.ts';
import type { CallFaults } from './script.ts';
import { signature, signedUrl } from './signing.ts';

const MAX_BODY_BYTES = 1_000_000;

export interface WebhookRequest {
  url: string;
  method?: 'GET' | 'POST';
  params: Record<string, string>;
  faults?: CallFaults;
}

export type WebhookAnswer = { attempts: number } & (
  | { ok: true; status: number; contentType: string; body: string }
  | { ok: false; status: number | undefined; code: number; text: string; body: string }
);

interface Answer {
  status: number;
  contentType: string;
  body: string;
}

class WebhookFailure extends Error {
  readonly kind: 'ct' | 'rt';
  constructor(kind: 'ct' | 'rt', message: string) {
    super(message);
    this.kind = kind;
  }
}

export interface WebhookClient extends Disposable {
  /** Never rejects: what went wrong is in the answer, as Twilio would log it. */
  send(webhook: WebhookRequest): Promise<WebhookAnswer>;
}

export function createWebhookClient({ authToken, findHost }: { authToken: string; findHost: FindHost }): WebhookClient {
  // A kept connection may be gone when it is used again, and the failure would look like the system's.
  const agent = new Agent({ keepAlive: false });

  async function send({ url, method = 'POST', params, faults = {} }: WebhookRequest): Promise<WebhookAnswer> {
    const refused = (code: number, text: string): WebhookAnswer => ({
      ok: false,
      status: undefined,
      code,
      text,
      body: '',
      attempts: 0,
    });
    if (!URL.canParse(url)) return refused(11100, 'invalid URL format');
    const target = new URL(url);
    const first = findHost(target);
    if (first === undefined) return refused(11210, `HTTP bad host name: ${target.host}`);
    let reach: Reach | undefined = first;
    let limits: ConnectionOverrides;
    try {
      limits = connectionOverrides(url);
    } catch (error) {
      return refused(11100, error instanceof Error ? error.message : 'invalid URL format');
    }

    const body = method === 'POST' ? new URLSearchParams(params).toString() : '';
    if (method === 'GET') for (const [name, value] of Object.entries(params)) target.searchParams.append(name, value);
    const exact = method === 'GET' ? target.href : url;
    const signed = signature(authToken, signedUrl(exact), method === 'GET' ? {} : params, faults);
    const headers: Record<string, string> = {
      Host: first.host,
      'User-Agent': 'TwilioProxy/1.1',
      Accept: '*/*',
      'Cache-Control': 'max-age=259200',
      'I-Twilio-Idempotency-Token': randomUUID(),
      ...(signed === undefined ? {} : { 'X-Twilio-Signature': signed }),
      ...(method === 'POST'
        ? {
            'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8',
            'Content-Length': String(Buffer.byteLength(body)),
          }
        : {}),
    };
    return withRetries(limits, (signal) => {
      // A balancer sends each try where it leads by then.
      const now = reach ?? findHost(target) ?? first;
      reach = undefined;
      return reachAny(now, (local) =>
        exchange({
          url: new URL(target.pathname + target.search, local),
          method,
          headers,
          body,
          agent,
          limits,
          signal,
        }),
      );
    });
  }

  return { send, [Symbol.dispose]: () => agent.destroy() };
}

async function withRetries(
  limits: ConnectionOverrides,
  exchangeOnce: (signal: AbortSignal) => Promise<Answer>,
): Promise<WebhookAnswer> {
  const total = AbortSignal.timeout(limits.totalTimeoutMs);
  for (let attempts = 1; ; attempts += 1) {
    const again = (kind: string) => attempts <= limits.retries && limits.retryOn.has(kind) && !total.aborted;
    try {
      const answer = await exchangeOnce(total);
      if (answer.status < 300) return { ok: true, ...answer, attempts };
      if (again(`${Math.floor(answer.status / 100)}xx`)) continue;
      const text = `HTTP ${answer.status}`;
      return { ok: false, status: answer.status, code: 11200, text, body: answer.body, attempts };
    } catch (error) {
      const failure = error instanceof WebhookFailure ? error : new WebhookFailure('rt', String(error));
      if (again(failure.kind)) continue;
      const code = failure.kind === 'ct' ? 11205 : 11200;
      return { ok: false, status: undefined, code, text: failure.message, body: '', attempts };
    }
  }
}

/** What a load balancer does: a refused connection goes to the next replica. */
async function reachAny(reach: Reach, connect: (local: string) => Promise<Answer>): Promise<Answer> {
  for (const [index, local] of reach.locals.entries()) {
    try {
      return await connect(local);
    } catch (error) {
      const mayTryNext = error instanceof WebhookFailure && error.kind === 'ct' && index < reach.locals.length - 1;
      if (!mayTryNext) throw error;
    }
  }
  throw new WebhookFailure('ct', 'nobody behind this name');
}

function exchange(options: {
  url: URL;
  method: string;
  headers: Record<string, string>;
  body: string;
  agent: Agent;
  limits: ConnectionOverrides;
  signal: AbortSignal;
}): Promise<Answer> {
  const { url, method, headers, body, agent, limits, signal } = options;
  return new Promise((resolve, reject) => {
    let connected = false;
    const sent = request(url, { method, headers, agent, signal }, (response) => {
      read(response).then(resolve, reject);
    });
    const connectTimer = setTimeout(
      () => sent.destroy(new WebhookFailure('ct', `no connection within ${limits.connectTimeoutMs} ms`)),
      limits.connectTimeoutMs,
    );
    sent.setTimeout(limits.readTimeoutMs, () =>
      sent.destroy(new WebhookFailure('rt', `no answer within ${limits.readTimeoutMs} ms`)),
    );
    const onConnected = () => {
      connected = true;
      clearTimeout(connectTimer);
    };
    sent.on('socket', (socket) => {
      if (socket.connecting) socket.once('connect', onConnected);
      else onConnected();
    });
    sent.on('error', (error) => {
      clearTimeout(connectTimer);
      if (error instanceof WebhookFailure) reject(error);
      else if (signal.aborted)
        reject(new WebhookFailure('rt', `no answer within ${limits.totalTimeoutMs} ms in total`));
      else reject(new WebhookFailure(connected ? 'rt' : 'ct', error.message));
    });
    sent.end(body);
  });
}

async function read(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new WebhookFailure('rt', 'the answer is too large');
    chunks.push(chunk);
  }
  return {
    status: response.statusCode ?? 0,
    contentType: response.headers['content-type'] ?? '',
    body: Buffer.concat(chunks).toString('utf8'),
  };
}
