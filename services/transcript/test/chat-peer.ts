/**
 * The other side of the summary request: a strict HTTP peer that answers chat completions the way OpenAI does, refuses
 * what OpenAI refuses, and fails on demand. Its summaries repeat what the caller said, so that a test sees which
 * transcript arrived.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

const strictObject = z.looseObject({
  type: z.literal('object'),
  properties: z.record(z.string(), z.unknown()),
  required: z.array(z.string()),
  additionalProperties: z.literal(false),
});

const chatRequest = z.strictObject({
  model: z.string().min(1),
  messages: z.array(z.strictObject({ role: z.enum(['system', 'user']), content: z.string().min(1) })).min(2),
  response_format: z.strictObject({
    type: z.literal('json_schema'),
    json_schema: z.strictObject({
      name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/),
      strict: z.literal(true),
      // Strict mode: every property is required.
      schema: strictObject.refine(({ properties, required }) =>
        Object.keys(properties).every((key) => required.includes(key)),
      ),
    }),
  }),
  max_completion_tokens: z.int().positive(),
  store: z.literal(false),
});

export type Behaviour = 'answers' | 'is_down' | 'refuses' | 'talks_nonsense' | 'is_cut_off' | 'hangs' | 'rejects';

export interface ChatPeer extends AsyncDisposable {
  readonly baseUrl: string;
  readonly apiKey: string;
  /** The user message of every request that was well formed. */
  readonly prompts: string[];
  /** What was wrong with requests that were not. */
  readonly complaints: string[];
  behave(behaviour: Behaviour): void;
  /** Called before each answer. */
  beforeAnswer?: () => Promise<void>;
}

export async function startChatPeer(): Promise<ChatPeer> {
  let behaviour: Behaviour = 'answers';
  const apiKey = 'sk-peer-0123456789';
  const server = createServer((request, response) => {
    void answer(request, response).catch((error: unknown) => {
      peer.complaints.push(String(error));
      response.destroy();
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    if (request.method !== 'POST' || request.url !== '/v1/chat/completions') return fail(response, 404, 'unknown url');
    if (request.headers.authorization !== `Bearer ${apiKey}`) return fail(response, 401, 'incorrect API key');
    const parsed = chatRequest.safeParse(JSON.parse(body));
    if (!parsed.success) {
      peer.complaints.push(z.prettifyError(parsed.error));
      return fail(response, 400, 'invalid request');
    }
    const prompt = parsed.data.messages.find(({ role }) => role === 'user')?.content ?? '';
    peer.prompts.push(prompt);
    await peer.beforeAnswer?.();
    switch (behaviour) {
      case 'hangs':
        return;
      case 'is_down':
        return fail(response, 503, 'overloaded');
      case 'rejects':
        return fail(response, 400, 'context length exceeded');
      case 'refuses':
        return complete(response, { content: null, refusal: 'I cannot help with that.' }, 'stop');
      case 'talks_nonsense':
        return complete(response, { content: '{"summary": 7}', refusal: null }, 'stop');
      case 'is_cut_off':
        return complete(response, { content: '{"summary": "Mar', refusal: null }, 'length');
      case 'answers':
        return complete(response, { content: JSON.stringify(summaryOf(prompt)), refusal: null }, 'stop');
    }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const peer: ChatPeer = {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    apiKey,
    prompts: [],
    complaints: [],
    behave(next) {
      behaviour = next;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return peer;
}

function summaryOf(prompt: string) {
  const said = [...prompt.matchAll(/Caller: (.*)/g)].map(([, text]) => text);
  return {
    summary: `The caller said: ${said.join(' / ')}`,
    outcome: 'question_answered',
    intent: 'ask',
    sentiment: 'positive',
    topics: ['heating'],
    followUps: [],
    callerName: /I am (\w+ \w+)/.exec(said.join(' '))?.[1] ?? null,
    preferences: [...said.join(' ').matchAll(/I prefer (\w+)/g)].map(([, what]) => what),
  };
}

function complete(response: ServerResponse, message: { content: string | null; refusal: string | null }, why: string) {
  const completion = {
    id: 'chatcmpl-peer',
    object: 'chat.completion',
    created: 1_795_000_000,
    model: 'peer-model-2026-11-01',
    choices: [{ index: 0, message: { role: 'assistant', ...message }, logprobs: null, finish_reason: why }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(completion));
}

function fail(response: ServerResponse, status: number, message: string): void {
  response
    .writeHead(status, { 'content-type': 'application/json' })
    .end(JSON.stringify({ error: { message, type: 'error', code: null, param: null } }));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}
