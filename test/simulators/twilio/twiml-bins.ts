/**
 * TwiML that Twilio itself keeps and serves (TwiML Bins): what is left to a caller when nothing of the system answers.
 * Fixed texts; of the `{{From}}` templates nothing is simulated, and they are refused.
 */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { FindHost } from './public-hosts.ts';
import { newSid } from './sids.ts';
import { parseTwiml } from './twiml-document.ts';
import { TwilioError } from './twiml-error.ts';
import { readVerb } from './twiml-verbs.ts';

const HOST = 'handler.twilio.com';
const MOST_BINS = 1_000;

const twimlBin = z.strictObject({ twiml: z.string().min(1) });
const sidParam = z.object({ sid: z.string() });

/** Leads Twilio's own address for bins to this simulator, and every other one where it led before. */
export function withOwnBins(findHost: FindHost, ownUrl: () => string): FindHost {
  return (url) => (url.host === HOST ? { locals: [ownUrl()], host: HOST } : findHost(url));
}

/** Keeps bins (`POST /simulator/twiml-bins`, no part of Twilio) and serves them (`/twiml/EH…`). */
export function serveTwimlBins(app: FastifyInstance): void {
  const bins = new Map<string, string>();

  app.post('/simulator/twiml-bins', async (request, reply) => {
    const bin = twimlBin.safeParse(request.body);
    if (!bin.success) return reply.code(400).send({ error: z.prettifyError(bin.error) });
    if (bins.size === MOST_BINS) return reply.code(409).send({ error: 'too many bins' });
    const sid = newSid('EH');
    const url = `https://${HOST}/twiml/${sid}`;
    const problem = problemOf(bin.data.twiml, url);
    if (problem !== undefined) return reply.code(400).send({ error: problem });
    bins.set(sid, bin.data.twiml);
    return reply.code(201).send({ url });
  });

  app.route({
    method: ['GET', 'POST'],
    url: '/twiml/:sid',
    async handler(request, reply) {
      const twiml = bins.get(sidParam.parse(request.params).sid);
      return twiml === undefined
        ? reply.code(404).type('text/plain').send('no such TwiML Bin')
        : reply.type('text/xml').send(twiml);
    },
  });
}

/** The console takes no bin that is not TwiML. */
function problemOf(twiml: string, url: string): string | undefined {
  if (twiml.includes('{{')) return 'templates are not simulated';
  try {
    for (const element of parseTwiml(twiml)) readVerb(element, url);
  } catch (error) {
    if (error instanceof TwilioError) return String(error);
    throw error;
  }
  return undefined;
}
