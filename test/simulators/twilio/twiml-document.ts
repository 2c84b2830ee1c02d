/**
 * TwiML text to verbs, refusing what Twilio's schema does not know. Twilio itself only warns of some of it (12200) and
 * skips the offender; a test double that skipped it too would hide the mistake, so here the document fails.
 */
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { z } from 'zod';
import { TwilioError } from './twiml-error.ts';

interface Shape {
  attributes: readonly string[];
  children?: readonly string[];
  text?: 'required';
}

const SHAPES: Readonly<Record<string, Shape>> = {
  Response: {
    attributes: [],
    children: ['Say', 'Pause', 'Hangup', 'Reject', 'Redirect', 'Record', 'Connect', 'Gather', 'Dial'],
  },
  Say: { attributes: ['voice', 'language', 'loop'], text: 'required' },
  Pause: { attributes: ['length'] },
  Hangup: { attributes: [] },
  Reject: { attributes: ['reason'] },
  Redirect: { attributes: ['method'], text: 'required' },
  Record: {
    attributes: [
      'action',
      'method',
      'timeout',
      'maxLength',
      'finishOnKey',
      'playBeep',
      'trim',
      'recordingStatusCallback',
      'recordingStatusCallbackMethod',
    ],
  },
  Gather: {
    attributes: ['input', 'action', 'method', 'timeout', 'numDigits', 'finishOnKey', 'actionOnEmptyResult'],
    children: ['Say', 'Pause'],
  },
  Dial: { attributes: ['action', 'method', 'timeout', 'callerId'], children: ['Number'] },
  Number: { attributes: [], text: 'required' },
  Connect: { attributes: [], children: ['Stream'] },
  Stream: { attributes: ['url', 'name', 'track', 'statusCallback', 'statusCallbackMethod'], children: ['Parameter'] },
  Parameter: { attributes: ['name', 'value'] },
};

/** Legal at Twilio; a document that uses one finds out here that this simulator cannot vouch for it. */
const NOT_SIMULATED = new Set(
  'Enqueue Leave Pay Play Prompt Queue Refer Siprec Sms Start Stop Transcription ConversationRelay'.split(' '),
);

export interface TwimlElement {
  name: string;
  attributes: Readonly<Record<string, string>>;
  children: TwimlElement[];
  text: string;
}

const attributesOf = z.record(z.string(), z.string());

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  ignoreDeclaration: true,
});

/** The verbs of a document. @throws TwilioError 12100 or 12200 */
export function parseTwiml(text: string): TwimlElement[] {
  if (text.trim() === '') return [];
  const valid = XMLValidator.validate(text);
  // A declaration must be the very first thing in the document.
  if (valid !== true || /^\s+<\?xml/.test(text)) {
    throw new TwilioError(12100, `document parse failure${valid === true ? '' : `: ${valid.err.msg}`}`);
  }
  const roots = z.array(z.unknown()).parse(parser.parse(text)).map(element).filter(isElement);
  const root = roots[0];
  if (root === undefined || roots.length !== 1 || root.name !== 'Response') {
    throw new TwilioError(12100, 'document parse failure: the root element must be <Response>');
  }
  check(root);
  return root.children;
}

type Parsed = TwimlElement | string | undefined;

function element(node: unknown): Parsed {
  const fields = z.record(z.string(), z.unknown()).parse(node);
  const name = Object.keys(fields).find((key) => key !== ':@');
  if (name === undefined || name === '#comment') return undefined;
  if (name === '#text') return z.string().parse(fields['#text']);
  const inside = z.array(z.unknown()).parse(fields[name]).map(element);
  return {
    name,
    attributes: attributesOf.parse(fields[':@'] ?? {}),
    children: inside.filter(isElement),
    text: inside
      .filter((part) => typeof part === 'string')
      .join('')
      .trim(),
  };
}

function isElement(parsed: Parsed): parsed is TwimlElement {
  return typeof parsed === 'object';
}

function check(parent: TwimlElement): void {
  const shape = SHAPES[parent.name];
  if (shape === undefined) throw new TwilioError(12200, `schema validation warning: unknown element <${parent.name}>`);
  for (const name of Object.keys(parent.attributes)) {
    if (!shape.attributes.includes(name)) {
      throw new TwilioError(12200, `schema validation warning: attribute '${name}' is not allowed in <${parent.name}>`);
    }
  }
  if (parent.text !== '' && shape.text === undefined) {
    throw new TwilioError(12200, `schema validation warning: text is not allowed in <${parent.name}>`);
  }
  if (parent.text === '' && shape.text === 'required') {
    throw new TwilioError(12200, `schema validation warning: <${parent.name}> is empty`);
  }
  for (const child of parent.children) {
    if (!(shape.children ?? []).includes(child.name)) {
      const why = NOT_SIMULATED.has(child.name) ? 'is not run by this simulator' : `is not allowed in <${parent.name}>`;
      throw new TwilioError(12200, `schema validation warning: <${child.name}> ${why}`);
    }
    check(child);
  }
}
