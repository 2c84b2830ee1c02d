/** What tests and the demo use to place calls and to see how they went. No part of Twilio. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type Hosts, publicHosts } from './public-hosts.ts';
import type { CallRegistry } from './registry.ts';
import { callee, placeCall } from './script.ts';

const sidParam = z.object({ sid: z.string() });
const endedQuery = z.object({ timeoutMs: z.coerce.number().int().min(0).max(600_000).default(60_000) });

export function controlApi(app: FastifyInstance, calls: CallRegistry, hosts: Hosts): void {
  app.get('/healthz', async () => ({ ok: true }));

  app.post('/simulator/calls', async (request, reply) => {
    const order = placeCall.safeParse(request.body);
    if (!order.success) return reply.code(400).send({ error: z.prettifyError(order.error) });
    const { voiceUrl, statusCallback, statusCallbackEvents, ...rest } = order.data;
    const call = calls.start({
      ...rest,
      direction: 'inbound',
      voice: { url: voiceUrl, method: 'POST' },
      statusCallback:
        statusCallback === undefined
          ? undefined
          : { url: statusCallback, method: 'POST', events: statusCallbackEvents },
    });
    return reply.code(201).send({ callSid: call.sid });
  });

  app.put('/simulator/callees', async (request, reply) => {
    const person = callee.safeParse(request.body);
    if (!person.success) return reply.code(400).send({ error: z.prettifyError(person.error) });
    calls.setCallee(person.data);
    return reply.code(204).send();
  });

  app.put('/simulator/public-hosts', async (request, reply) => {
    const more = publicHosts.safeParse(request.body);
    if (!more.success) return reply.code(400).send({ error: z.prettifyError(more.error) });
    hosts.map(more.data);
    return reply.code(204).send();
  });

  app.get('/simulator/calls', async () => ({ calls: calls.all().map((call) => call.report()) }));

  app.get('/simulator/calls/:sid', async (request, reply) => {
    const call = calls.find(sidParam.parse(request.params).sid);
    return call ? call.report() : reply.code(404).send({ error: 'no such call' });
  });

  app.get('/simulator/calls/:sid/ended', async (request, reply) => {
    const call = calls.find(sidParam.parse(request.params).sid);
    const { timeoutMs } = endedQuery.parse(request.query);
    if (call === undefined) return reply.code(404).send({ error: 'no such call' });
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => resolve(false), timeoutMs);
    const ended = await Promise.race([call.ended.then(() => true), promise]);
    clearTimeout(timer);
    return reply.code(ended ? 200 : 408).send(call.report());
  });

  /** The caller puts the phone down, whatever their script says. */
  app.post('/simulator/calls/:sid/hang-up', async (request, reply) => {
    const call = calls.find(sidParam.parse(request.params).sid);
    if (call === undefined) return reply.code(404).send({ error: 'no such call' });
    call.end(call.answeredAt === undefined ? 'canceled' : 'completed');
    return reply.code(202).send();
  });
}
