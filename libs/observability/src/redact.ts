/**
 * Keeps personal data and secrets out of logs and spans, whoever forgets to.
 *
 * Redaction goes by the field's name, at every depth, because that is what survives a careless `log.info(request)`.
 * Log messages are static strings, so nothing personal can hide there; error messages we did not write are searched
 * for phone numbers.
 */
import { isMaskedPhone, maskPhone, maskPhonesIn } from './mask-phone.ts';

const REDACTED = '[redacted]';
const MAX_DEPTH = 8;
const MAX_ITEMS = 100;

const PHONE_FIELDS = new Set(['from', 'to', 'phone', 'phonenumber', 'number', 'caller', 'callernumber', 'called']);
const PERSONAL_FIELDS = new Set([
  'name',
  'callername',
  'customername',
  'displayname',
  'email',
  'text',
  'transcript',
  'note',
  'notes',
  'summary',
  'query',
  'audio',
  'payload',
  'digits',
]);
const SECRET_FIELD = /(token|password|secret|apikey|authorization|creds|credentials|seed|cookie|signature|privatekey)$/;

/** A copy that may be logged. Errors become plain objects without the fields that databases fill with values. */
export function redact(fields: object): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(fields)) copy[key] = redactField(key, value, 1);
  return copy;
}

/** Whether a field of this name may be shown as it is. */
export function redactField(key: string, value: unknown, depth = 1): unknown {
  if (value === undefined || value === null) return value;
  switch (handlingOf(key)) {
    case 'hide':
      return REDACTED;
    case 'mask':
      return redactPhone(value, depth);
    case 'show':
      return redactValue(value, depth);
  }
}

type Handling = 'hide' | 'mask' | 'show';

/** Nearly all names stand in our code, so they are few and come again in every line; what is logged of others may not be. */
const handlings = new Map<string, Handling>();
const MAX_REMEMBERED_NAMES = 1_000;

function handlingOf(key: string): Handling {
  const known = handlings.get(key);
  if (known !== undefined) return known;
  const name = key.toLowerCase().replace(/[_-]/g, '');
  const secret = SECRET_FIELD.test(name);
  const handling = !secret && PHONE_FIELDS.has(name) ? 'mask' : secret || PERSONAL_FIELDS.has(name) ? 'hide' : 'show';
  if (handlings.size < MAX_REMEMBERED_NAMES) handlings.set(key, handling);
  return handling;
}

/** `from` and `to` also name instants and states; only what could be a number or a person's name is hidden. */
function redactPhone(value: unknown, depth: number): unknown {
  if (typeof value === 'object') return redactValue(value, depth);
  const text = String(value);
  if (isMaskedPhone(text)) return text;
  return /^\+[1-9]\d{6,14}$/.test(text) ? maskPhone(text) : REDACTED;
}

function redactValue(value: unknown, depth: number): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Error) return errorFields(value, depth);
  if (value instanceof Uint8Array) return `[${value.byteLength} bytes]`;
  if (depth >= MAX_DEPTH) return '[too deep]';
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => redactValue(item, depth + 1));
  // Temporal, Date, URL: their own text form.
  if ('toJSON' in value && typeof value.toJSON === 'function') return value.toJSON();
  const copy: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) copy[key] = redactField(key, inner, depth + 1);
  return copy;
}

function errorFields(error: Error, depth: number): Record<string, unknown> {
  // Of an error's own fields only these are known to hold no data: PostgreSQL's `detail` quotes whole rows.
  const { code, reason } = error as Error & { code?: unknown; reason?: unknown };
  return {
    type: error.name,
    message: maskPhonesIn(error.message),
    stack: maskPhonesIn(error.stack ?? ''),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(typeof reason === 'string' ? { reason } : {}),
    ...(error.cause !== undefined && depth < MAX_DEPTH ? { cause: redactValue(error.cause, depth + 1) } : {}),
  };
}
