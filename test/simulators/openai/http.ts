/** The simulator's HTTP side: the REST API with its key, and the control API without one. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { type Behaviour, behaviour } from './behaviour.ts';
import { completeChat } from './chat/completions.ts';
import { RestError } from './chat/rest-error.ts';
import { type Faults, fault } from './faults.ts';
import { parseJson } from './json.ts';
import type { RealtimeEndpoint } from './realtime/upgrade.ts';
import { type Scripts, script } from './script.ts';

export interface HttpDeps {
  apiKey: string;
  faults: Faults;
  scripts: Scripts;
  realtime: Pick<RealtimeEndpoint, 'records' | 'suffer'>;
  setBehaviour(next: Behaviour): void;
  behaviour(): Behaviour;
}

const MAX_BODY_BYTES = 4 * 1024 * 1024;
const MODELS = ['gpt-realtime-2.1', 'gpt-realtime', 'gpt-transcribe', 'gpt-5-mini'];

async function readBody(request: IncomingMessage): Promise<unknown> {
  let size = 0;
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MAX_BODY_BYTES) throw new RestError(413, 'The request is too large.');
    chunks.push(bytes);
  }
  const json = parseJson(Buffer.concat(chunks).toString());
  if (json === undefined) throw new RestError(400, 'We could not parse the JSON body of your request.');
  return json;
}

function parsed<Schema extends z.ZodType>(schema: Schema, json: unknown): z.output<Schema> {
  const { success, data, error } = schema.safeParse(json);
  if (success) return data;
  throw new RestError(400, z.prettifyError(error));
}

type Route = (deps: HttpDeps, request: IncomingMessage) => Promise<{ status: number; body: object }>;

const ok = (body: object, status = 200) => ({ status, body });

/** Everything under `/v1` needs the key, and can be made to fail. */
function api(route: Route): Route {
  return async (deps, request) => {
    const refused = deps.faults.takeRefusal('rest');
    if (refused) throw new RestError(refused.status, 'Refused on demand.', { code: refused.code });
    if (request.headers.authorization !== `Bearer ${deps.apiKey}`) {
      throw new RestError(401, 'Incorrect API key provided.', { code: 'invalid_api_key' });
    }
    return route(deps, request);
  };
}

const ROUTES: Record<string, Route> = {
  'GET /healthz': async () => ok({ status: 'ok' }),

  'POST /v1/chat/completions': api(async (_deps, request) => ok(completeChat(await readBody(request)))),
  'GET /v1/models': api(async () =>
    ok({
      object: 'list',
      data: MODELS.map((id) => ({ id, object: 'model', created: 1_760_000_000, owned_by: 'openai' })),
    }),
  ),

  'POST /simulator/faults': async (deps, request) => {
    const wanted = parsed(fault, await readBody(request));
    if (wanted.kind !== 'refuse' && wanted.at === 'now') deps.realtime.suffer(wanted);
    else deps.faults.arm(wanted);
    return ok({ armed: deps.faults.armed }, 201);
  },
  'GET /simulator/faults': async (deps) => ok({ armed: deps.faults.armed }),
  'DELETE /simulator/faults': async (deps) => {
    deps.faults.clear();
    return ok({ armed: [] });
  },
  'POST /simulator/script': async (deps, request) => {
    deps.scripts.add(parsed(script, await readBody(request)));
    return ok({ added: true }, 201);
  },
  'DELETE /simulator/script': async (deps) => {
    deps.scripts.clear();
    return ok({ cleared: true });
  },
  'PUT /simulator/behaviour': async (deps, request) => {
    deps.setBehaviour(parsed(behaviour, await readBody(request)));
    return ok(deps.behaviour());
  },
  'GET /simulator/behaviour': async (deps) => ok(deps.behaviour()),
  'GET /simulator/sessions': async (deps) => ok({ sessions: deps.realtime.records }),
};

/** Answers one request; never rejects. */
export async function handleHttp(deps: HttpDeps, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = new URL(request.url ?? '/', 'http://localhost').pathname;
  const route = ROUTES[`${request.method} ${path}`];
  try {
    if (!route) throw new RestError(404, `Unknown request URL: ${request.method} ${path}.`, { code: 'unknown_url' });
    const { status, body } = await route(deps, request);
    reply(response, status, body);
  } catch (error) {
    const known = error instanceof RestError ? error : new RestError(500, `The simulator failed: ${String(error)}`);
    reply(response, known.status, known.toBody());
  }
}

function reply(response: ServerResponse, status: number, body: object): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json', 'x-request-id': 'req_simulated' });
  response.end(JSON.stringify(body));
}
