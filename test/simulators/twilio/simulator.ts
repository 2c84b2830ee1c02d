/**
 * A stand-in for Twilio Voice. It speaks to the system only over sockets, as Twilio would, and refuses what Twilio
 * refuses.
 */
import formBody from '@fastify/formbody';
import { type Clock, systemClock } from '@frontdesk/lifecycle';
import fastify from 'fastify';
import type { CallContext } from './call-context.ts';
import { controlApi } from './control-api.ts';
import { createPacer } from './pacer.ts';
import { createHosts, type PublicHosts } from './public-hosts.ts';
import { createRegistry } from './registry.ts';
import { restApi } from './rest-api.ts';
import { serveTwimlBins, withOwnBins } from './twiml-bins.ts';
import { createWebhookClient } from './webhook.ts';

export interface TwilioSimulatorOptions {
  /** 0 takes a free port. */
  port?: number;
  accountSid: string;
  authToken: string;
  publicHosts: PublicHosts;
  clock?: Clock;
}

export interface TwilioSimulator extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
}

/** Starts listening on 127.0.0.1. Disposing hangs up every call. */
export async function startTwilioSimulator(options: TwilioSimulatorOptions): Promise<TwilioSimulator> {
  const { accountSid, authToken, publicHosts, clock = systemClock } = options;
  let url = '';
  const hosts = createHosts(publicHosts);
  const findHost = withOwnBins(hosts.find, () => url);
  const webhooks = createWebhookClient({ authToken, findHost });
  const context: Omit<CallContext, 'calleeOf'> = {
    accountSid,
    authToken,
    clock,
    pacer: createPacer(clock),
    findHost,
    webhooks,
    apiUrl: () => url,
  };
  const calls = createRegistry(context);

  const app = fastify({ forceCloseConnections: true });
  await app.register(formBody);
  controlApi(app, calls, hosts);
  serveTwimlBins(app);
  await app.register((scope, _, done) => done(restApi(scope, context, calls)), { prefix: '/2010-04-01' });
  url = await app.listen({ port: options.port ?? 0, host: '127.0.0.1' });

  return {
    port: Number(new URL(url).port),
    url,
    async [Symbol.asyncDispose]() {
      const live = calls.all().filter((call) => call.endedAt === undefined);
      for (const call of live) call.end('completed');
      await Promise.all(live.map((call) => call.ended));
      await app.close();
      webhooks[Symbol.dispose]();
    },
  };
}
