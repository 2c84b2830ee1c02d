/** What the real server answers to an event it will not take: the `error` inside an `error` event. */
import type { z } from 'zod';

export interface Refusal {
  type: string;
  code: string | null;
  message: string;
  param: string | null;
}

/** An event that cannot be done. The session goes on. */
export class RefusedEvent extends Error {
  readonly refusal: Refusal;

  constructor(code: string | null, message: string, param: string | null = null, type = 'invalid_request_error') {
    super(message);
    this.refusal = { type, code, message, param };
  }
}

function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index > 0 ? '.' : ''}${String(step)}`))
    .join('');
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.entries(value).find(([key]) => key === String(step))?.[1];
  }
  return value;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'an integer' : 'a decimal';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** The first thing wrong with an event, in the server's words; `param` is its path. */
export function refusalFrom(error: z.ZodError, event: unknown): RefusedEvent {
  const issue = error.issues[0];
  if (!issue) return new RefusedEvent('invalid_event', 'The event is not valid.');
  const param = pathText(issue.path);
  const value = valueAt(event, issue.path);
  switch (issue.code) {
    case 'unrecognized_keys': {
      const name = pathText([...issue.path, issue.keys[0] ?? '']);
      return new RefusedEvent('unknown_parameter', `Unknown parameter: '${name}'.`, name);
    }
    case 'invalid_type':
      if (value === undefined) {
        return new RefusedEvent('missing_required_parameter', `Missing required parameter: '${param}'.`, param);
      }
      return new RefusedEvent(
        'invalid_type',
        `Invalid type for '${param}': expected ${issue.expected}, but got ${kindOf(value)} instead.`,
        param,
      );
    case 'invalid_union':
    case 'invalid_value': {
      if (value === undefined) {
        return new RefusedEvent('missing_required_parameter', `Missing required parameter: '${param}'.`, param);
      }
      const values =
        issue.code === 'invalid_value'
          ? ` Supported values are: ${issue.values.map((each) => `'${String(each)}'`).join(', ')}.`
          : '';
      const shown = typeof value === 'object' ? kindOf(value) : `'${String(value)}'`;
      return new RefusedEvent('invalid_value', `Invalid value: ${shown}.${values}`, param);
    }
    default:
      return new RefusedEvent('invalid_value', `Invalid '${param}': ${issue.message}.`, param);
  }
}
