/** Fetches TwiML and reads it, as Twilio accepts it. */
import type { CallReport } from './report.ts';
import type { CallFaults } from './script.ts';
import { parseTwiml } from './twiml-document.ts';
import { TwilioError } from './twiml-error.ts';
import { type HttpMethod, readVerb, type Verb } from './twiml-verbs.ts';
import type { WebhookClient } from './webhook.ts';

/** Where a document comes from: a URL, or the text itself (given over REST). */
export type DocumentSource = { url: string; method: HttpMethod; extra?: Record<string, string> } | { twiml: string };

const XML_TYPES = ['text/xml', 'application/xml', 'text/html'];

/** @throws TwilioError what Twilio would log; `entry` of the report is added before that */
export async function loadDocument(
  source: DocumentSource,
  options: {
    webhooks: WebhookClient;
    form: Record<string, string>;
    faults: CallFaults;
    sinceMs: () => number;
    log: CallReport['twiml'];
  },
): Promise<Verb[]> {
  if ('twiml' in source) return readDocument(source.twiml, undefined);
  const { url, method, extra } = source;
  const atMs = options.sinceMs();
  const answer = await options.webhooks.send({
    url,
    method,
    params: { ...options.form, ...extra },
    faults: options.faults,
  });
  const ms = options.sinceMs() - atMs;
  options.log.push({ url, atMs, ms, status: answer.status, body: answer.body });
  if (!answer.ok) throw new TwilioError(answer.code, `${answer.text} from ${url}`);
  if (answer.status === 204 || answer.body.trim() === '') return [];
  const type = answer.contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  if (XML_TYPES.includes(type)) return readDocument(answer.body, url);
  // Read aloud, word for word: what a caller hears when an error page comes instead of TwiML.
  if (type === 'text/plain') return [{ kind: 'say', text: answer.body, times: 1 }];
  throw new TwilioError(12300, `invalid Content-Type '${type}' from ${url}`);
}

function readDocument(text: string, url: string | undefined): Verb[] {
  return parseTwiml(text).map((element) => readVerb(element, url));
}
