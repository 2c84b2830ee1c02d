/** Twilio's REST API as far as the system uses it: Calls, created, read and changed. Form in, JSON out, HTTP Basic. */
import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Call } from './call.ts';
import type { CallContext } from './call-context.ts';
import { rfc2822 } from './call-form.ts';
import type { CallRegistry } from './registry.ts';
import { notFound, RestError } from './rest-errors.ts';
import { form, readCallChange, readNewCall } from './rest-form.ts';

type RestContext = Pick<CallContext, 'accountSid' | 'authToken'>;

const LIVE = new Set(['queued', 'ringing', 'in-progress']);

/** Adds the routes to a scope that has the prefix `/2010-04-01`. */
export function restApi(app: FastifyInstance, context: RestContext, calls: CallRegistry): undefined {
  app.addHook('onRequest', async (request) => {
    if (!isAuthorized(request.headers.authorization, context)) throw new RestError(401, 20003, 'Authenticate');
    const { account } = z.object({ account: z.string().optional() }).parse(request.params);
    if (account !== context.accountSid) throw notFound(request.url);
  });
  app.setErrorHandler((error, _request, reply: FastifyReply) => {
    const refusal = error instanceof RestError ? error : new RestError(400, 21200, 'Bad request');
    return reply.code(refusal.status).send(refusal.toBody());
  });
  app.setNotFoundHandler((request) => {
    throw notFound(request.url);
  });

  const base = '/Accounts/:account/Calls';

  app.post(`${base}.json`, async (request, reply) => {
    const { from, to, ...rest } = readNewCall(form.parse(request.body ?? {}));
    const person = calls.calleeOf(to);
    const { answers, ringMs, streamSetupMs, caller, faults } = person;
    const call = calls.start({
      ...rest,
      direction: 'outbound-api',
      from,
      to,
      streamSetupMs,
      caller,
      faults,
      ring: { answers, ms: ringMs },
    });
    return reply.code(201).send(callJson(call, context, 'queued'));
  });

  app.get(`${base}/:file`, async (request) => callJson(callOf(request), context));

  app.post(`${base}/:file`, async (request) => {
    const call = callOf(request);
    const { source, status, statusCallback } = readCallChange(form.parse(request.body ?? {}));
    if (!LIVE.has(call.status)) throw new RestError(400, 21220, 'Call is not in-progress. Cannot redirect.');
    if (status === 'canceled' && call.status === 'in-progress') {
      throw new RestError(400, 21220, 'Call is in-progress. Cannot be canceled.');
    }
    if (status !== undefined) call.end(call.status === 'in-progress' ? 'completed' : 'canceled');
    else if (source !== undefined) call.redirect(source, statusCallback);
    return callJson(call, context);
  });

  function callOf(request: FastifyRequest): Call {
    const { file } = z.object({ file: z.string() }).parse(request.params);
    const call = file.endsWith('.json') ? calls.find(file.slice(0, -'.json'.length)) : undefined;
    if (call === undefined) throw notFound(request.url);
    return call;
  }
}

function isAuthorized(header: string | undefined, context: RestContext): boolean {
  const given = Buffer.from(header ?? '');
  const wanted = Buffer.from(`Basic ${Buffer.from(`${context.accountSid}:${context.authToken}`).toString('base64')}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function callJson(call: Call, { accountSid }: RestContext, status: string = call.status): object {
  const { sid, order, createdAt, answeredAt, endedAt } = call;
  const uri = `/2010-04-01/Accounts/${accountSid}/Calls/${sid}`;
  const time = (date: Date | undefined) => (date === undefined ? null : rfc2822(date));
  return {
    sid,
    account_sid: accountSid,
    annotation: null,
    answered_by: null,
    api_version: '2010-04-01',
    caller_name: null,
    date_created: rfc2822(createdAt),
    date_updated: rfc2822(endedAt ?? answeredAt ?? createdAt),
    direction: order.direction,
    duration: endedAt === undefined ? null : String(Math.round(call.report().durationMs / 1000)),
    end_time: time(endedAt),
    forwarded_from: order.forwardedFrom ?? null,
    from: order.from,
    from_formatted: order.from,
    group_sid: null,
    parent_call_sid: null,
    phone_number_sid: null,
    price: null,
    price_unit: 'USD',
    queue_time: '0',
    start_time: time(answeredAt),
    status,
    subresource_uris: { recordings: `${uri}/Recordings.json`, streams: `${uri}/Streams.json` },
    to: order.to,
    to_formatted: order.to,
    trunk_sid: null,
    uri: `${uri}.json`,
  };
}
