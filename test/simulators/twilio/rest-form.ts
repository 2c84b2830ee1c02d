/** The forms of the Calls resource, refused as Twilio refuses them. */
import { z } from 'zod';
import type { DocumentSource } from './documents.ts';
import { RestError } from './rest-errors.ts';
import { type CallbackEvent, callbackEvent, phoneNumber } from './script.ts';
import type { StatusCallbackTarget } from './status-callbacks.ts';

export type Form = Readonly<Record<string, string | string[]>>;

export const form = z.record(z.string(), z.union([z.string(), z.array(z.string())])).default({});

const CREATE = ['To', 'From', 'Url', 'Twiml', 'Method', 'FallbackUrl', 'FallbackMethod', 'Timeout', 'TimeLimit'];
const UPDATE = ['Url', 'Twiml', 'Method', 'Status', 'FallbackUrl', 'FallbackMethod'];
const CALLBACK = ['StatusCallback', 'StatusCallbackMethod', 'StatusCallbackEvent'];

const MAX_TWIML_CHARS = 4_000;

export interface NewCall {
  from: string;
  to: string;
  voice: DocumentSource;
  fallbackUrl: string | undefined;
  statusCallback: StatusCallbackTarget | undefined;
}

/** @throws RestError */
export function readNewCall(body: Form): NewCall {
  onlyKnown(body, [...CREATE, ...CALLBACK]);
  const to = one(body, 'To');
  const from = one(body, 'From');
  if (!to) throw new RestError(400, 21201, "No 'To' number is specified");
  if (!from) throw new RestError(400, 21213, "No 'From' number is specified");
  if (!phoneNumber.safeParse(to).success) throw new RestError(400, 21211, `Invalid 'To' Phone Number: ${to}`);
  if (!phoneNumber.safeParse(from).success) throw new RestError(400, 21212, `Invalid 'From' Phone Number: ${from}`);
  const voice = readSource(body);
  if (voice === undefined) throw new RestError(400, 21205, 'Url parameter is required.');
  return { from, to, voice, fallbackUrl: webAddress(body, 'FallbackUrl'), statusCallback: readCallback(body) };
}

export interface CallChange {
  source: DocumentSource | undefined;
  status: 'canceled' | 'completed' | undefined;
  statusCallback: StatusCallbackTarget | undefined;
}

/** @throws RestError */
export function readCallChange(body: Form): CallChange {
  onlyKnown(body, [...UPDATE, ...CALLBACK]);
  const status = one(body, 'Status');
  if (status !== undefined && status !== 'canceled' && status !== 'completed') {
    throw new RestError(400, 21218, `Invalid status: ${status}`);
  }
  const source = readSource(body);
  // Twilio ignores a new status callback that does not come with a Url.
  const statusCallback = source !== undefined && 'url' in source ? readCallback(body) : undefined;
  return { source, status, statusCallback };
}

function readSource(body: Form): DocumentSource | undefined {
  const twiml = one(body, 'Twiml');
  const url = webAddress(body, 'Url');
  if (url !== undefined && twiml !== undefined) throw new RestError(400, 21200, 'Url and Twiml exclude each other');
  if (twiml !== undefined) {
    if (twiml.length > MAX_TWIML_CHARS) throw new RestError(400, 21200, 'Twiml is longer than 4000 characters');
    return { twiml };
  }
  return url === undefined ? undefined : { url, method: httpMethod(one(body, 'Method')) };
}

function readCallback(body: Form): StatusCallbackTarget | undefined {
  const url = webAddress(body, 'StatusCallback');
  if (url === undefined) return undefined;
  const named = [body.StatusCallbackEvent ?? []].flat();
  const events = named.map((name): CallbackEvent => {
    const event = callbackEvent.safeParse(name);
    if (!event.success) throw new RestError(400, 21626, `Invalid StatusCallbackEvent: ${name}`);
    return event.data;
  });
  return {
    url,
    method: httpMethod(one(body, 'StatusCallbackMethod')),
    events: events.length > 0 ? events : ['completed'],
  };
}

function webAddress(body: Form, name: string): string | undefined {
  const url = one(body, name);
  if (url === undefined) return undefined;
  if (!/^https?:\/\/[^/]+/i.test(url) || !URL.canParse(url))
    throw new RestError(400, 21205, `Url is not a valid URL: ${url}`);
  return url;
}

function httpMethod(value: string | undefined): 'GET' | 'POST' {
  if (value === undefined || value === 'POST' || value === 'GET') return value ?? 'POST';
  throw new RestError(400, 21200, `Invalid method: ${value}`);
}

function one(body: Form, name: string): string | undefined {
  const value = body[name];
  return Array.isArray(value) ? value[0] : value;
}

/** Twilio would ignore what it does not know. Here it would hide that nobody simulates it. */
function onlyKnown(body: Form, names: readonly string[]): void {
  const unknown = Object.keys(body).filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new RestError(501, 20501, `the simulator does not know: ${unknown.join(', ')}`);
}
