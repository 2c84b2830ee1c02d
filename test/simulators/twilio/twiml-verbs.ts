/** TwiML elements to what the simulator does, with every value checked as Twilio would. */

import type { TwimlElement } from './twiml-document.ts';
import { TwilioError } from './twiml-error.ts';

export type HttpMethod = 'GET' | 'POST';

export interface StreamVerb {
  kind: 'stream';
  url: string;
  name: string | undefined;
  parameters: Record<string, string>;
  statusCallback: { url: string; method: HttpMethod } | undefined;
}

export interface RecordVerb {
  kind: 'record';
  action: { url: string; method: HttpMethod } | undefined;
  timeoutMs: number;
  maxLengthMs: number;
  finishOnKey: string;
  playBeep: boolean;
  statusCallback: { url: string; method: HttpMethod } | undefined;
}

export interface GatherVerb {
  kind: 'gather';
  prompts: (SayVerb | PauseVerb)[];
  action: { url: string; method: HttpMethod };
  timeoutMs: number;
  /** Undefined: as many as come. */
  numDigits: number | undefined;
  finishOnKey: string;
  actionOnEmptyResult: boolean;
}

export interface DialVerb {
  kind: 'dial';
  number: string;
  action: { url: string; method: HttpMethod } | undefined;
  timeoutMs: number;
}

interface SayVerb {
  kind: 'say';
  text: string;
  times: number;
}

interface PauseVerb {
  kind: 'pause';
  ms: number;
}

export type Verb =
  | SayVerb
  | PauseVerb
  | GatherVerb
  | DialVerb
  | { kind: 'hangup' }
  | { kind: 'reject'; status: 'busy' | 'no-answer' }
  | { kind: 'redirect'; url: string; method: HttpMethod }
  | RecordVerb
  | StreamVerb;

/** @param documentUrl relative URLs start there; undefined for TwiML given inline, which allows none */
export function readVerb(element: TwimlElement, documentUrl: string | undefined): Verb {
  const { attributes, text } = element;
  switch (element.name) {
    case 'Say':
      return { kind: 'say', text, times: count(attributes.loop, 1) };
    case 'Pause':
      return { kind: 'pause', ms: count(attributes.length, 1) * 1000 };
    case 'Hangup':
      return { kind: 'hangup' };
    case 'Reject':
      return {
        kind: 'reject',
        status: oneOf(attributes.reason, ['rejected', 'busy']) === 'busy' ? 'busy' : 'no-answer',
      };
    case 'Redirect':
      return { kind: 'redirect', url: absolute(text, documentUrl), method: method(attributes.method) };
    case 'Gather':
      return readGather(element, documentUrl);
    case 'Dial':
      return readDial(element, documentUrl);
    case 'Record':
      return readRecord(attributes, documentUrl);
    case 'Connect':
      return readStream(element, documentUrl);
    default:
      throw new TwilioError(12200, `schema validation warning: <${element.name}> is not a verb`);
  }
}

function readGather({ attributes, children }: TwimlElement, documentUrl: string | undefined): GatherVerb {
  // Speech is legal at Twilio, and nothing here understands it.
  oneOf(attributes.input, ['dtmf']);
  const numDigits = attributes.numDigits === undefined ? undefined : count(attributes.numDigits, 1);
  if (numDigits === 0) throw new TwilioError(13314, 'Invalid numDigits value');
  const prompts = children.map((child) => readVerb(child, documentUrl));
  return {
    kind: 'gather',
    prompts: prompts.filter((prompt) => prompt.kind === 'say' || prompt.kind === 'pause'),
    action: { url: absolute(attributes.action ?? '', documentUrl), method: method(attributes.method) },
    timeoutMs: count(attributes.timeout, 5) * 1000,
    numDigits,
    finishOnKey: attributes.finishOnKey ?? '#',
    actionOnEmptyResult: oneOf(attributes.actionOnEmptyResult, ['false', 'true']) === 'true',
  };
}

function readDial({ attributes, children }: TwimlElement, documentUrl: string | undefined): DialVerb {
  const [number, ...more] = children;
  if (number === undefined || more.length > 0) {
    throw new TwilioError(12200, 'schema validation warning: <Dial> takes exactly one <Number> here');
  }
  if (!/^\+[1-9]\d{6,14}$/.test(number.text)) throw new TwilioError(13223, 'Dial: Invalid phone number format');
  const timeoutSeconds = count(attributes.timeout, 30);
  if (timeoutSeconds < 1 || timeoutSeconds > 600) throw new TwilioError(13212, 'Dial: Invalid timeout value');
  return {
    kind: 'dial',
    number: number.text,
    action: callback(attributes.action, attributes.method, documentUrl),
    timeoutMs: timeoutSeconds * 1000,
  };
}

function readRecord(attributes: TwimlElement['attributes'], documentUrl: string | undefined): RecordVerb {
  // With a document of its own, a Record without action goes back to it; inline TwiML has nowhere to go.
  if (attributes.action === undefined && documentUrl === undefined) {
    throw new TwilioError(11100, 'invalid URL format: <Record> in inline TwiML needs an absolute action');
  }
  return {
    kind: 'record',
    action: { url: absolute(attributes.action ?? '', documentUrl), method: method(attributes.method) },
    timeoutMs: count(attributes.timeout, 5) * 1000,
    maxLengthMs: count(attributes.maxLength, 3600) * 1000,
    finishOnKey: attributes.finishOnKey ?? '1234567890*#',
    playBeep: oneOf(attributes.playBeep, ['true', 'false']) === 'true',
    statusCallback: callback(attributes.recordingStatusCallback, attributes.recordingStatusCallbackMethod, documentUrl),
  };
}

function readStream(connect: TwimlElement, documentUrl: string | undefined): StreamVerb {
  const [stream, ...more] = connect.children;
  if (stream === undefined || more.length > 0) {
    throw new TwilioError(12200, 'schema validation warning: <Connect> takes exactly one <Stream>');
  }
  const { url = '', name, track, statusCallback, statusCallbackMethod } = stream.attributes;
  if (!URL.canParse(url)) throw new TwilioError(31923, `stream URL is malformed: ${url}`);
  const { protocol, search } = new URL(url);
  if (protocol !== 'wss:') throw new TwilioError(31922, `stream URL scheme is ${protocol} and must be wss:`);
  if (search !== '' || url.includes('?')) throw new TwilioError(31920, 'stream URL must have no query string');
  if (track !== undefined && track !== 'inbound_track') {
    throw new TwilioError(31941, `a bidirectional stream has no track ${track}`);
  }
  const parameters: Record<string, string> = {};
  for (const { attributes } of stream.children) {
    const { name: key, value } = attributes;
    if (!key || value === undefined) throw new TwilioError(12200, 'schema validation warning: <Parameter> needs both');
    if (key.length + value.length >= 500) throw new TwilioError(12200, `<Parameter name="${key}"> is too long`);
    parameters[key] = value;
  }
  return {
    kind: 'stream',
    url,
    name,
    parameters,
    statusCallback: callback(statusCallback, statusCallbackMethod, documentUrl),
  };
}

function callback(url: string | undefined, verb: string | undefined, documentUrl: string | undefined) {
  return url ? { url: absolute(url, documentUrl), method: method(verb) } : undefined;
}

function absolute(url: string, documentUrl: string | undefined): string {
  if (!URL.canParse(url, documentUrl)) throw new TwilioError(11100, `invalid URL format: ${url}`);
  const { protocol, href } = new URL(url, documentUrl);
  if (protocol !== 'http:' && protocol !== 'https:') throw new TwilioError(11100, `invalid URL format: ${url}`);
  // Written out in full it stays as it is to the letter: that is what gets signed.
  return /^https?:/i.test(url) ? url : href;
}

function method(value: string | undefined): HttpMethod {
  return oneOf(value?.toUpperCase(), ['POST', 'GET']);
}

function count(value: string | undefined, otherwise: number): number {
  if (value === undefined) return otherwise;
  if (!/^\d{1,5}$/.test(value)) throw new TwilioError(12200, `schema validation warning: '${value}' is not a number`);
  return Number(value);
}

function oneOf<const Value extends string>(
  value: string | undefined,
  [first, ...rest]: readonly [Value, ...Value[]],
): Value {
  const found = [first, ...rest].find((legal) => legal === (value ?? first));
  if (found === undefined) throw new TwilioError(12200, `schema validation warning: '${value}' is not allowed`);
  return found;
}
